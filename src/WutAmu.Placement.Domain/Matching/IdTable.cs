using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// Every id of one kind in a file as one object however often it stands there, with what was seen of it. Numbers of ids count from 0 in the order they were met. An id of up to 15 ASCII
/// characters, as nearly every one is, is two numbers: it is found without a text being made of it, and with one wait for memory instead of three; and those of one kind lie close together.
/// </summary>
/// <remarks>
/// No file can be made to collide: short ids are hashed by a universal family (NH, Black, Halevi, Krawczyk, Krovetz, Rogaway 1999, then multiply and shift) with keys drawn for each
/// table, others by the framework's dictionary, which turns to a randomised hash when too many collide.
/// </remarks>
internal sealed class IdTable
{
    private readonly uint[] keys = new uint[4];
    private readonly ulong multiplier;
    private readonly Dictionary<string, int> longOnes = new(StringComparer.Ordinal);
    private int[] buckets = new int[256];
    private Entry[] entries = new Entry[128];
    private string?[] texts = new string?[128];
    private string[]?[] alone = new string[]?[128];
    private int shift = 64 - 8;
    private int stamp;

    public IdTable()
    {
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
        multiplier = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
    }

    public int Count { get; private set; }

    /// <param name="id">Not empty.</param>
    /// <returns>The number of the id.</returns>
    public int Add(string id)
    {
        Span<byte> bytes = stackalloc byte[ShortId.MostBytes];
        if (id.Length <= ShortId.MostBytes && Encoding.UTF8.TryGetBytes(id, bytes, out var length) && AddShort(bytes[..length]) is var number && number >= 0)
        {
            return number;
        }

        if (!longOnes.TryGetValue(id, out number))
        {
            number = New(default);
            texts[number] = id;
            longOnes.Add(id, number);
        }

        return number;
    }

    /// <summary>As <see cref="Add(string)"/>, where the id is short.</summary>
    /// <returns>-1: it is not; nothing was added.</returns>
    public int AddShort(ReadOnlySpan<byte> utf8) => ShortId.TryRead(utf8, out var id) ? Add(id) : -1;

    /// <summary>Many at once: the waits for memory of one do not wait for those of another.</summary>
    /// <param name="numbers">Filled with the number of each of <paramref name="ids"/>.</param>
    public void AddAll(ReadOnlySpan<ShortId> ids, Span<int> numbers)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            numbers[i] = buckets[BucketOf(ids[i])] - 1;
        }

        for (var i = 0; i < ids.Length; i++)
        {
            var e = numbers[i];
            while (e >= 0 && entries[e].Id != ids[i])
            {
                e = entries[e].Next;
            }

            // One added before it in this call is not yet behind the bucket that was read.
            numbers[i] = e >= 0 ? e : Add(ids[i]);
        }
    }

    public string TextOf(int id) => texts[id] ??= entries[id].Id.ToString();

    /// <summary>A list of this id alone, the same for all who ask: most tie groups of a large instance are one.</summary>
    public string[] AloneOf(int id) => alone[id] ??= [TextOf(id)];

    /// <summary>From now on no id has been seen.</summary>
    public void Forget() => stamp++;

    /// <returns>False: it was seen since <see cref="Forget"/>.</returns>
    public bool See(int id)
    {
        ref var seen = ref entries[id].Seen;
        var isNew = seen != stamp + 1;
        seen = stamp + 1;
        return isNew;
    }

    /// <summary>Remembers that the id names a row.</summary>
    /// <returns>False: it named one already.</returns>
    public bool Define(int id)
    {
        ref var entry = ref entries[id];
        var isNew = !entry.IsDefined;
        entry.IsDefined = true;
        return isNew;
    }

    /// <summary>Remembers that something refers to a row by this id.</summary>
    public void Refer(int id) => entries[id].IsReferredTo = true;

    /// <summary>True: whatever was referred to has been defined.</summary>
    public bool AllDefined()
    {
        foreach (ref readonly var entry in entries.AsSpan(0, Count))
        {
            if (entry is { IsReferredTo: true, IsDefined: false })
            {
                return false;
            }
        }

        return true;
    }

    private int Add(ShortId id)
    {
        for (var e = buckets[BucketOf(id)] - 1; e >= 0; e = entries[e].Next)
        {
            if (entries[e].Id == id)
            {
                return e;
            }
        }

        return New(new() { Id = id });
    }

    private int BucketOf(ShortId id)
    {
        var sum = ((ulong)((uint)id.Low + keys[0]) * ((uint)(id.Low >> 32) + keys[1])) + ((ulong)((uint)id.High + keys[2]) * ((uint)(id.High >> 32) + keys[3]));
        return (int)((sum * multiplier) >> shift);
    }

    private int New(Entry entry)
    {
        if (Count == entries.Length)
        {
            Grow();
        }

        entries[Count] = entry;
        Chain(Count);
        return Count++;
    }

    private void Grow()
    {
        Array.Resize(ref entries, 2 * Count);
        Array.Resize(ref texts, 2 * Count);
        Array.Resize(ref alone, 2 * Count);
        buckets = new int[4 * Count];
        shift = 64 - BitOperations.Log2((uint)buckets.Length);
        for (var e = 0; e < Count; e++)
        {
            Chain(e);
        }
    }

    // Long ids have no numbers and are in no bucket.
    private void Chain(int e)
    {
        if (entries[e].Id.High == 0)
        {
            return;
        }

        ref var bucket = ref buckets[BucketOf(entries[e].Id)];
        entries[e].Next = bucket - 1;
        bucket = e + 1;
    }

    private struct Entry
    {
        public ShortId Id;

        /// <summary>The next entry of the same bucket; -1: none.</summary>
        public int Next;
        public int Seen;
        public bool IsDefined;
        public bool IsReferredTo;
    }
}

/// <summary>What an id names: rows of two kinds may have the same.</summary>
internal enum IdKind
{
    /// <summary>No row.</summary>
    None,
    Student,
    Host,
    Supervisor,
    Offer,
    Quota,
}
