using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Hosts;

/// <summary>
/// This year, while hosts may still declare and students rank: A declared; B declared last year only; C is not asked yet.
/// s1 ranks A-1; s2 ranks A-2; s3 submitted nothing.
/// </summary>
internal sealed class HostCampaign(MatchingHost host)
{
    public CampaignId Id { get; private set; }

    public Dictionary<string, HostId> Hosts { get; } = [];

    public Dictionary<string, OfferId> Offers { get; } = [];

    public Dictionary<string, StudentId> Students { get; } = [];

    public static async Task<HostCampaign> CreateAsync(MatchingHost host, string policy = "min-regret-greedy", CampaignState until = CampaignState.Ranking)
    {
        var made = new HostCampaign(host);
        await host.DoAsync<PlacementDb>(db => made.FillAsync(db, policy, until));
        return made;
    }

    public string Page(string code) => $"/Campaigns/{Id}/Hosts/{Hosts[code]}";

    public Task<CapacityDeclaration> DeclarationAsync(string code) =>
        host.ReadAsync(db => db.Declarations.AsNoTracking().SingleAsync(d => d.Campaign == Id && d.Host == Hosts[code]));

    /// <summary>A draft that differs from what is declared: one place more of the first topic.</summary>
    public Task SaveDraftAsync(string code) => host.DoAsync<PlacementDb>(async db =>
    {
        var declaration = await db.Declarations.SingleAsync(d => d.Campaign == Id && d.Host == Hosts[code]);
        var declared = declaration.Declared ?? throw new InvalidOperationException($"Host {code} has declared nothing.");
        declaration.SaveDraft(declared with { Offers = declared.Offers.SetItem(0, declared.Offers[0] with { Max = declared.Offers[0].Max + 1 }) }, declaration.Version, declaration.Versions[0].DeclaredBy, host.Clock.GetUtcNow()).Value();
        await db.SaveChangesAsync();
    });

    public Task MoveAsync() => host.DoAsync<PlacementDb>(async db =>
    {
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == Id);
        campaign.MoveTo(campaign.State + 1).Value();
        await db.SaveChangesAsync();
    });

    private static DeclaredOffer Topic(string code) => new(
        code, new($"Sujet {code}", $"课题 {code}", $"Topic {code}"), null, null, null, 0, 1, Opening.Always, null, new(2026, 1, 12), new(2026, 6, 30), ["fr"], false);

    private async Task FillAsync(PlacementDb db, string policy, CampaignState until)
    {
        var now = host.Clock.GetUtcNow();
        var last = new Campaign(CampaignId.New(now), Track.MasterInternship, "2025-2026", policy, "seed");
        var campaign = new Campaign(CampaignId.New(now), Track.MasterInternship, "2026-2027", policy, "seed");
        Id = campaign.Id;
        campaign.SetRules(policy, "seed", 20, 10, tiesAllowed: true, overlap: true, hostsRank: false).Value();
        campaign.Schedule(now.AddDays(10), now.AddDays(20), now.AddDays(60)).Value();
        db.AddRange(last, campaign, new Programme("microbiology", new("Microbiologie", "微生物学", "Microbiology")), new Programme("health-biology", new("Biologie de la santé", "健康生物学", "Health biology")));
        db.Add(new Person(PersonId.New(now), "Coordinator", null, EmailAddress.Create("coordinator@institute.example.org"), Language.English, Roles.Coordinator));
        foreach (var code in new[] { "A", "B", "C" })
        {
            var head = new Person(PersonId.New(now), $"Head of {code}", null, EmailAddress.Create($"head-{code}@amu.example.org"), Language.English, Roles.None);
            var laboratory = new Host(HostId.New(now), Track.MasterInternship, code, $"Laboratory {code}", head.Id);
            Hosts[code] = laboratory.Id;
            db.AddRange(head, laboratory);
        }

        var head0 = db.People.Local.Single(p => p.Email.Value == "head-b@amu.example.org");
        var before = new CapacityDeclaration(DeclarationId.New(now), last.Id, Hosts["B"]);
        before.Declare(new(0, 3, Opening.Always, [Topic("B-1")]), 0, head0.Id, now.AddYears(-1)).Value();
        var declared = new CapacityDeclaration(DeclarationId.New(now), Id, Hosts["A"]);
        var capacity = new DeclaredCapacity(0, null, Opening.Always, [Topic("A-1"), Topic("A-2")]);
        declared.Declare(capacity, 0, head0.Id, now).Value();
        db.AddRange(before, declared, new CapacityDeclaration(DeclarationId.New(now), Id, Hosts["B"]));
        foreach (var topic in capacity.Offers)
        {
            var offer = new Offer(OfferId.New(now), Id, Hosts["A"], topic.Code, topic.Title);
            offer.Update(topic, null);
            Offers[topic.Code] = offer.Id;
            db.Add(offer);
        }

        AddStudent(db, now, "s1", "A-1");
        AddStudent(db, now, "s2", "A-2");
        AddStudent(db, now, "s3");
        while (campaign.State < until)
        {
            campaign.MoveTo(campaign.State + 1).Value();
        }

        await db.SaveChangesAsync();
    }

    private void AddStudent(PlacementDb db, DateTimeOffset now, string code, params string[] choices)
    {
        var person = new Person(PersonId.New(now), $"Student {code}", null, EmailAddress.Create($"{code}@wut.example.org"), Language.English, Roles.None);
        var student = new Student(StudentId.New(now), Id, person.Id, code, "microbiology", null);
        Students[code] = student.Id;
        var ranking = new Ranking(RankingId.New(now), Id, student.Id);
        if (choices.Length > 0)
        {
            ranking.TakeIn(new([.. choices.Select(choice => ImmutableArray.Create(Offers[choice]))]), now);
        }

        db.AddRange(person, student, ranking);
    }
}
