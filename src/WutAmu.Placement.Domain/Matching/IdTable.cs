namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// Every id of a file as one object however often it stands there, with what was seen of it. Keyed by the runtime's randomised hash of strings, so that no file can be
/// made to collide. Numbers of ids count from 0 in the order they were met.
/// </summary>
internal sealed class IdTable
{
    private int[] buckets = new int[256];
    private Entry[] entries = new Entry[128];
    private int stamp;

    public int Count { get; private set; }

    /// <returns>The number of the id.</returns>
    public int Add(ReadOnlySpan<char> text)
    {
        var hash = string.GetHashCode(text);
        for (var e = buckets[hash & (buckets.Length - 1)] - 1; e >= 0; e = entries[e].Next)
        {
            if (entries[e].Hash == hash && text.SequenceEqual(entries[e].Text))
            {
                return e;
            }
        }

        if (Count == entries.Length)
        {
            Grow();
        }

        ref var bucket = ref buckets[hash & (buckets.Length - 1)];
        entries[Count] = new() { Text = new(text), Hash = hash, Next = bucket - 1 };
        bucket = ++Count;
        return Count - 1;
    }

    public string TextOf(int id) => entries[id].Text;

    /// <summary>A list of this id alone, the same for all who ask: most tie groups of a large instance are one.</summary>
    public string[] AloneOf(int id) => entries[id].Alone ??= [entries[id].Text];

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

    /// <summary>Remembers that the id names a row of a kind.</summary>
    /// <returns>False: it named one already.</returns>
    public bool Define(int id, IdKinds kind)
    {
        ref var defined = ref entries[id].Defined;
        var isNew = (defined & kind) == 0;
        defined |= kind;
        return isNew;
    }

    /// <summary>Remembers that something refers to a row of a kind by this id.</summary>
    public void Refer(int id, IdKinds kind) => entries[id].Referred |= kind;

    /// <summary>True: whatever was referred to has been defined.</summary>
    public bool AllDefined()
    {
        for (var e = 0; e < Count; e++)
        {
            if ((entries[e].Referred & ~entries[e].Defined) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Grow()
    {
        Array.Resize(ref entries, 2 * Count);
        buckets = new int[4 * Count];
        for (var e = 0; e < Count; e++)
        {
            ref var bucket = ref buckets[entries[e].Hash & (buckets.Length - 1)];
            entries[e].Next = bucket - 1;
            bucket = e + 1;
        }
    }

    private struct Entry
    {
        public string Text;
        public string[]? Alone;
        public int Hash;

        /// <summary>The next entry of the same bucket; -1: none.</summary>
        public int Next;
        public int Seen;
        public IdKinds Defined;
        public IdKinds Referred;
    }
}

/// <summary>What an id can name.</summary>
[Flags]
internal enum IdKinds
{
    None = 0,
    Student = 1,
    Host = 2,
    Supervisor = 4,
    Offer = 8,
    Quota = 16,
}
