using System.Buffers;
using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Choices in canonical form, put together from offers' ids that are written once: a choice is a few bytes copied from one array. For students without ties, as nearly all are.</summary>
internal sealed class CanonicalChoices
{
    private readonly ChoicePositions positions;

    // "[" id "]" of offer o: from start[o] to before start[o + 1].
    private readonly byte[] written;
    private readonly int[] start;
    private byte[] line = new byte[1024];

    public CanonicalChoices(ChoicePositions positions, ImmutableArray<InstanceOffer> offers)
    {
        this.positions = positions;
        start = new int[offers.Length + 1];
        var bytes = new ArrayBufferWriter<byte>(16 * (offers.Length + 1));
        using (var json = new CanonicalWriter(bytes.Write))
        {
            for (var o = 0; o < offers.Length; o++)
            {
                json.Alone(offers[o].Id);
                json.Flush();
                start[o + 1] = bytes.WrittenCount;
            }
        }

        written = bytes.WrittenSpan.ToArray();
    }

    /// <summary>True: the student has choices, and no two at one rank.</summary>
    public bool Have(int student) => positions.GroupsOf(student) > 0 && !positions.HasTies(student);

    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Of(int student)
    {
        var length = 1;
        line[0] = (byte)'[';
        foreach (var offer in positions.OffersOf(student))
        {
            var text = written.AsSpan(start[offer], start[offer + 1] - start[offer]);
            if (line.Length < length + text.Length + 2)
            {
                Array.Resize(ref line, (2 * line.Length) + text.Length);
            }

            if (length > 1)
            {
                line[length++] = (byte)',';
            }

            text.CopyTo(line.AsSpan(length));
            length += text.Length;
        }

        line[length++] = (byte)']';
        return line.AsSpan(0, length);
    }
}
