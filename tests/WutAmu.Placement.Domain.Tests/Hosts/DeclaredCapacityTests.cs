using System.Collections.Immutable;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Tests.Hosts;

public sealed class DeclaredCapacityTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_order_of_offers_programmes_and_languages_changes_neither_hash_nor_diff()
    {
        var one = Capacity(Topic("A") with { Programmes = ["x", "y"], Languages = ["fr", "en"] }, Topic("B"));
        var other = Capacity(Topic("B"), Topic("A") with { Programmes = ["y", "x"], Languages = ["en", "fr"] });

        other.ShortHash().Should().Be(one.ShortHash());
        CapacityDiff.Between(one, other).Changes.Should().BeEmpty();
    }

    [Fact]
    public void Every_field_that_changes_the_hash_is_in_the_diff()
    {
        var before = Capacity(Topic("A"));
        DeclaredOffer[] changed =
        [
            Topic("A") with { Title = new("autre", null, null) },
            Topic("A") with { Description = new(null, null, "text") },
            Topic("A") with { Supervisor = "Ada" },
            Topic("A") with { SupervisorMax = 1 },
            Topic("A") with { Min = 1 },
            Topic("A") with { Max = 2 },
            Topic("A") with { Opening = Opening.IfOpen },
            Topic("A") with { Programmes = ["x"] },
            Topic("A") with { StartsOn = new(2027, 1, 1) },
            Topic("A") with { EndsOn = new(2027, 1, 1) },
            Topic("A") with { Languages = ["fr"] },
            Topic("A") with { RestrictedZone = true },
        ];

        foreach (var offer in changed)
        {
            Capacity(offer).ShortHash().Should().NotBe(before.ShortHash());
            CapacityDiff.Between(before, Capacity(offer)).Changes.Should().ContainSingle().Which.Offer.Should().Be("A");
        }
    }

    [Fact]
    public void A_changed_total_concerns_whoever_lists_an_offer_of_the_host_and_a_new_offer_nobody()
    {
        var diff = CapacityDiff.Between(Capacity(Topic("A"), Topic("B")), Capacity(Topic("A"), Topic("B"), Topic("C")) with { Max = 1 });

        diff.Concerning(new HashSet<string> { "B" }).Should().Equal(new CapacityChange(null, CapacityField.Max));
        diff.Concerning(new HashSet<string> { "elsewhere" }).Should().BeEmpty();
    }

    [Fact]
    public void A_number_that_is_none_is_one_problem_and_its_sum_is_not_judged()
    {
        var negative = Capacity(Topic("A") with { Max = -4 }, Topic("B"));

        negative.Problems().Should().ContainSingle().Which.Field.Should().Be("Offers[0].Max");
        negative.Contradictions().Should().BeEmpty();
    }

    [Fact]
    public void Not_declared_is_neither_zero_nor_the_draft()
    {
        var declaration = new CapacityDeclaration(DeclarationId.New(Now), CampaignId.New(Now), HostId.New(Now));

        declaration.SaveDraft(Capacity(Topic("A")), 0, PersonId.New(Now), Now);

        declaration.Declared.Should().BeNull();
        declaration.DeclaredNumber.Should().Be(0);
    }

    [Fact]
    public void A_refused_declaration_changes_nothing_and_a_later_one_keeps_the_earlier()
    {
        var head = PersonId.New(Now);
        var declaration = new CapacityDeclaration(DeclarationId.New(Now), CampaignId.New(Now), HostId.New(Now));
        declaration.Declare(Capacity(Topic("A")), 0, head, Now);

        var stale = declaration.Declare(Capacity(Topic("B")), 0, head, Now);
        var wrong = declaration.Declare(Capacity(Topic("B") with { Min = 3 }), 1, head, Now);
        declaration.Declare(Capacity(Topic("B")), 1, head, Now);

        stale.TryGet(out _, out var first).Should().BeFalse();
        wrong.TryGet(out _, out var second).Should().BeFalse();
        (first?.Code, second?.Code, second?.Field).Should().Be(("declaration.stale", "declaration.min-over-max", "Offers[0].Min"));
        declaration.Versions.Select(v => v.Capacity.Offers.Single().Code).Should().Equal("A", "B");
    }

    private static DeclaredCapacity Capacity(params DeclaredOffer[] offers) => new(0, null, Opening.Always, [.. offers]);

    private static DeclaredOffer Topic(string code) => new(code, new(null, null, code), null, null, null, 0, 1, Opening.Always, null, null, null, ImmutableArray<string>.Empty, false);
}
