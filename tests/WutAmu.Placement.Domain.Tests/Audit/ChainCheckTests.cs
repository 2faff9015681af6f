using System.Reflection;
using WutAmu.Placement.Domain.Audit;

namespace WutAmu.Placement.Domain.Tests.Audit;

public sealed class ChainCheckTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_chain_as_it_was_written_is_whole()
    {
        var entries = Chain(5);

        var check = Checked(entries);

        (check.Count, check.Hash, check.Fault).Should().Be((5L, entries[4].Hash, null));
    }

    [Fact]
    public void No_entry_at_all_is_whole() => (Checked([]).Count, Checked([]).Hash, Checked([]).Fault).Should().Be((0L, "", null));

    [Theory]
    [InlineData(1, 1)] // the first
    [InlineData(3, 3)]
    public void A_removed_entry_is_missed_by_its_number(int removed, long number)
    {
        var entries = Chain(5);
        entries.RemoveAt(removed - 1);

        Checked(entries).Fault.Should().Be(new ChainFault(number, ChainFaultKind.Missing));
    }

    [Theory]
    [InlineData("Detail", "42 students")]
    [InlineData("Action", "test.undone")]
    [InlineData("Subject", "another")]
    [InlineData("Reason", "another reason")]
    [InlineData("ReasonSalt", "another salt")]
    [InlineData("Hash", "0000")]
    public void A_changed_entry_is_named(string member, string value)
    {
        var entries = Chain(5);
        Set(entries[2], member, value);

        Checked(entries).Fault.Should().Be(new ChainFault(3, ChainFaultKind.Changed));
    }

    [Fact]
    public void An_entry_hashed_anew_no_longer_joins_the_next()
    {
        var entries = Chain(5);
        Set(entries[2], nameof(AuditEntry.Detail), "forged");
        entries[2].Chain(3, entries[1].Hash, Noon);

        Checked(entries).Fault.Should().Be(new ChainFault(4, ChainFaultKind.Torn));
    }

    [Fact]
    public void The_first_fault_counts()
    {
        var entries = Chain(5);
        Set(entries[3], nameof(AuditEntry.Detail), "forged");
        Set(entries[1], nameof(AuditEntry.Detail), "forged");

        Checked(entries).Fault!.Number.Should().Be(2);
    }

    [Fact]
    public void A_reason_that_an_erasure_took_away_is_no_fault()
    {
        var entries = Chain(4);
        entries[1].EraseReason();
        entries[3].EraseReason();
        Add(entries, new(Noon, null, null, "person.erased", "x", $"cause asked, 1 letters, {ChainCheck.SayErased([2, 4])}"));

        Checked(entries).Fault.Should().BeNull();
    }

    [Fact]
    public void A_reason_that_nobody_erased_is_missed()
    {
        var entries = Chain(4);
        entries[1].EraseReason();
        entries[2].EraseReason();
        Add(entries, new(Noon, null, null, "person.erased", "x", $"cause asked, 1 letters, {ChainCheck.SayErased([3])}"));

        Checked(entries).Fault.Should().Be(new ChainFault(2, ChainFaultKind.ReasonGone));
    }

    [Fact]
    public void An_erasure_without_reasons_says_so_in_brackets() => ChainCheck.SayErased([]).Should().Be("reasons of entries []");

    private static ChainCheck Checked(IEnumerable<AuditEntry> entries)
    {
        var check = new ChainCheck();
        foreach (var entry in entries)
        {
            check.Add(entry);
        }

        return check;
    }

    private static List<AuditEntry> Chain(int count)
    {
        var entries = new List<AuditEntry>();
        for (var i = 1; i <= count; i++)
        {
            Add(entries, new(Noon, null, null, "test.done", $"subject {i}", $"detail {i}", $"reason {i}"));
        }

        return entries;
    }

    private static void Add(List<AuditEntry> entries, AuditEntry entry)
    {
        entry.Chain(entries.Count + 1, entries.Count == 0 ? "" : entries[^1].Hash, Noon);
        entries.Add(entry);
    }

    // As somebody does who writes to the database.
    private static void Set(AuditEntry entry, string member, string value) =>
        typeof(AuditEntry).GetProperty(member, BindingFlags.Public | BindingFlags.Instance)!.SetValue(entry, value); // not null: a member
}
