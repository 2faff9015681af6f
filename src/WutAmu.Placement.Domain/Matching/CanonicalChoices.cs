using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// Choices in canonical form, put together from offers' ids that are written once, each in a cell of one size: a choice is a few bytes copied whole, whatever its length. For students
/// without ties, as nearly all are, and ids that fit a cell.
/// </summary>
internal sealed class CanonicalChoices
{
    private const int MostBytesOfCell = 64;

    private readonly ChoicePositions positions;

    // "[" id "]," of offer o from o * cell on, and its length; 0: it does not fit.
    private readonly int cell;
    private readonly byte[] written;
    private readonly byte[] lengthOf;
    private byte[] line = new byte[1024];

    public CanonicalChoices(ChoicePositions positions, ImmutableArray<InstanceOffer> offers)
    {
        this.positions = positions;
        lengthOf = new byte[offers.Length];
        var bytes = new ArrayBufferWriter<byte>(16 * (offers.Length + 1));
        var end = new int[offers.Length + 1];
        using (var json = new CanonicalWriter(bytes.Write))
        {
            for (var o = 0; o < offers.Length; o++)
            {
                json.Alone(offers[o].Id);
                json.Flush();
                bytes.Write(","u8);
                end[o + 1] = bytes.WrittenCount;
                lengthOf[o] = end[o + 1] - end[o] <= MostBytesOfCell ? (byte)(end[o + 1] - end[o]) : (byte)0;
                cell = Math.Max(cell, lengthOf[o]);
            }
        }

        // A cell is copied by sixteen bytes.
        cell = (cell + Vector128<byte>.Count - 1) / Vector128<byte>.Count * Vector128<byte>.Count;
        written = new byte[offers.Length * cell];
        for (var o = 0; o < offers.Length; o++)
        {
            bytes.WrittenSpan.Slice(end[o], lengthOf[o]).CopyTo(written.AsSpan(o * cell));
        }
    }

    /// <returns>The student's list; empty where the ids must be asked: no choices, two of one rank, or an id that fits no cell. Valid until the next call.</returns>
    public ReadOnlySpan<byte> Of(int student)
    {
        if (positions.GroupsOf(student) == 0 || positions.HasTies(student))
        {
            return [];
        }

        var offers = positions.OffersOf(student);
        if (line.Length < (offers.Length * cell) + 2)
        {
            line = new byte[2 * ((offers.Length * cell) + 2)];
        }

        var length = 1;
        line[0] = (byte)'[';
        foreach (var offer in offers)
        {
            if (lengthOf[offer] == 0)
            {
                return [];
            }

            var from = written.AsSpan(offer * cell, cell);
            var to = line.AsSpan(length, cell);
            for (var i = 0; i < from.Length; i += Vector128<byte>.Count)
            {
                Vector128.Create<byte>(from[i..]).CopyTo(to[i..]);
            }

            length += lengthOf[offer];
        }

        // In the place of the last comma.
        line[length - 1] = (byte)']';
        return line.AsSpan(0, length);
    }
}
