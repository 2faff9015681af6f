using WutAmu.Placement.Domain.Audit;

namespace WutAmu.Placement.Domain.Tests.Audit;

public sealed class AuditEntryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_reason_can_be_erased_and_the_entry_is_still_what_was_hashed()
    {
        var entry = Chained("Ruoxi asked for it");
        var hash = entry.Hash;

        entry.EraseReason().Should().BeTrue();

        (entry.Reason, entry.ReasonSalt, entry.IsReasonErased, entry.Hash, entry.IsIntact()).Should().Be((null, null, true, hash, true));
    }

    [Fact]
    public void The_same_reason_twice_does_not_show_in_the_hashes()
    {
        Chained("Ruoxi asked for it").ReasonHash.Should().NotBe(Chained("Ruoxi asked for it").ReasonHash, "whoever guesses the words must not be able to check the guess once they are erased");
    }

    [Fact]
    public void An_entry_without_a_reason_has_nothing_to_erase()
    {
        var entry = Chained(null);

        entry.EraseReason().Should().BeFalse();

        (entry.IsReasonErased, entry.IsIntact()).Should().Be((false, true));
    }

    private static AuditEntry Chained(string? reason)
    {
        var entry = new AuditEntry(Noon, null, null, "test.done", "subject", "detail", reason);
        entry.Chain(7, "before", Noon);
        return entry;
    }
}
