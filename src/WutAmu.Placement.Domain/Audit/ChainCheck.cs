using System.Globalization;
using System.Text.RegularExpressions;

namespace WutAmu.Placement.Domain.Audit;

/// <summary>
/// Re-checks an audit chain, entry by entry in the order of their numbers. It finds what was changed, removed from the middle or put in between, and reasons that no erasure took away. Entries
/// removed from the end, or a chain written anew from some number on, are whole by themselves: only a hash noted elsewhere shows them.
/// </summary>
public sealed partial class ChainCheck
{
    private readonly SortedSet<long> withoutReason = [];
    private ChainFault? fault;

    /// <summary>Entries seen so far.</summary>
    public long Count { get; private set; }

    /// <summary>Hash of the last of them; empty before the first.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>The first fault; null: whole. Final once all entries were added, for an erasure names the entries before it.</summary>
    public ChainFault? Fault
    {
        get
        {
            var emptied = withoutReason.Count == 0 ? null : new ChainFault(withoutReason.Min, ChainFaultKind.ReasonGone);
            return fault is null || emptied?.Number < fault.Number ? emptied ?? fault : fault;
        }
    }

    /// <summary>What the entry of an erasure says of the reasons it took away; read again by <see cref="Add"/>.</summary>
    public static string SayErased(IEnumerable<long> entries) =>
        $"reasons of entries [{string.Join(", ", entries.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]";

    public void Add(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        fault ??= entry.Sequence != Count + 1 ? new(Count + 1, ChainFaultKind.Missing)
            : entry.PreviousHash != Hash ? new(entry.Sequence, ChainFaultKind.Torn)
            : !entry.IsIntact() ? new(entry.Sequence, ChainFaultKind.Changed)
            : null;
        if (entry.IsReasonErased)
        {
            withoutReason.Add(entry.Sequence);
        }

        if (entry.Action == "person.erased" && entry.Detail is { } detail)
        {
            withoutReason.ExceptWith(Erased().Match(detail).Groups[1].Captures.Select(number => long.Parse(number.Value, CultureInfo.InvariantCulture)));
        }

        Count = entry.Sequence;
        Hash = entry.Hash;
    }

    [GeneratedRegex(@"reasons of entries \[(?:(\d{1,18})(?:, )?)*\]$")]
    private static partial Regex Erased();
}

/// <param name="Number">Of the first entry that is not as it was written, from 1.</param>
public sealed record ChainFault(long Number, ChainFaultKind Kind);

public enum ChainFaultKind
{
    /// <summary>There is no entry of this number.</summary>
    Missing,

    /// <summary>The entry does not follow the one before it: one of them was removed, replaced or put in between.</summary>
    Torn,

    /// <summary>The entry is not what was hashed.</summary>
    Changed,

    /// <summary>Its reason is gone, and no erasure says that it took it away.</summary>
    ReasonGone,

    /// <summary>Somebody who noted the chain's hash elsewhere, such as a backup, knows another entry of this number.</summary>
    Rewritten,
}
