using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Tests.Matching;

/// <summary>Four students, two laboratories, three topics. s1 and s2 want A-1 (one place); s3 wants B-1; s4 submitted nothing.</summary>
internal sealed class SmallCampaign(MatchingHost host)
{
    public CampaignId Id { get; private set; }

    public PersonId Coordinator { get; private set; }

    public Dictionary<string, OfferId> Offers { get; } = [];

    public Dictionary<string, StudentId> Students { get; } = [];

    public static async Task<SmallCampaign> CreateAsync(MatchingHost host, int minimumOfB = 0)
    {
        var made = new SmallCampaign(host);
        await host.DoAsync<PlacementDb>(db => made.FillAsync(db, minimumOfB));
        return made;
    }

    public async Task<RunId> StartAsync(string policy = "min-regret-greedy") =>
        (await host.DoAsync<StartRun, Result<RunId>>(start => start.HandleAsync(Id, policy, Coordinator, CancellationToken.None))).Value();

    public async Task<Run> SolveAsync(RunId run)
    {
        await host.DoAsync<SolveRun>(job => job.ExecuteAsync(run.Value, CancellationToken.None));
        return await RunAsync(run);
    }

    public Task<Run> RunAsync(RunId run) => host.ReadAsync(db => db.Runs.AsNoTracking().SingleAsync(r => r.Id == run));

    public Task<Result<PublicationId>> PublishAsync(RunId run, string? reason = null) =>
        host.DoAsync<PublishRun, Result<PublicationId>>(publish => publish.HandleAsync(run, reason, Coordinator, CancellationToken.None));

    public Task ChangeAsync(Func<PlacementDb, Task> change) => host.DoAsync<PlacementDb>(async db =>
    {
        await change(db);
        await db.SaveChangesAsync();
    });

    private async Task FillAsync(PlacementDb db, int minimumOfB)
    {
        var now = host.Clock.GetUtcNow();
        var coordinator = new Person(PersonId.New(now), "Coordinator", null, EmailAddress.Create("coordinator@institute.example.org"), Language.English, Roles.Coordinator);
        Coordinator = coordinator.Id;
        var campaign = new Campaign(CampaignId.New(now), Track.MasterInternship, "2026-2027", "min-regret-greedy", "seed");
        Id = campaign.Id;
        db.AddRange(coordinator, campaign, new Programme("microbiology", new("Microbiologie", "微生物学", "Microbiology")));
        AddHost(db, now, "A", Language.French, 0, ["A-1", "A-2"]);
        AddHost(db, now, "B", Language.English, minimumOfB, ["B-1"]);
        AddStudent(db, now, "s1", Language.SimplifiedChinese, "A-1", "A-2");
        AddStudent(db, now, "s2", Language.French, "A-1", "B-1");
        AddStudent(db, now, "s3", Language.English, "B-1", "A-2");
        AddStudent(db, now, "s4", Language.SimplifiedChinese);
        campaign.MoveTo(CampaignState.Declaring);
        campaign.MoveTo(CampaignState.Ranking);
        campaign.MoveTo(CampaignState.Matching);
        await db.SaveChangesAsync();
    }

    private void AddHost(PlacementDb db, DateTimeOffset now, string code, Language language, int minimum, string[] offers)
    {
        var head = new Person(PersonId.New(now), $"Head of {code}", null, EmailAddress.Create($"head-{code}@amu.example.org"), language, Roles.None);
        var laboratory = new Host(HostId.New(now), Track.MasterInternship, code, $"Laboratory {code}", head.Id);
        var declared = offers.Select(o => new DeclaredOffer(o, new($"Sujet {o}", $"课题 {o}", $"Topic {o}"), null, null, null, 0, 1, Opening.Always, null, null, null, [], false)).ToList();
        var declaration = new CapacityDeclaration(DeclarationId.New(now), Id, laboratory.Id);
        declaration.Declare(new(minimum, null, Opening.Always, [.. declared]), 0, head.Id, now);
        db.AddRange(head, laboratory, declaration);
        foreach (var one in declared)
        {
            var offer = new Offer(OfferId.New(now), Id, laboratory.Id, one.Code, one.Title);
            offer.Update(one, null);
            Offers[one.Code] = offer.Id;
            db.Add(offer);
        }
    }

    private void AddStudent(PlacementDb db, DateTimeOffset now, string code, Language language, params string[] choices)
    {
        var person = new Person(PersonId.New(now), $"Student {code}", null, EmailAddress.Create($"{code}@wut.example.org"), language, Roles.None);
        var student = new Student(StudentId.New(now), Id, person.Id, code, "microbiology", null);
        Students[code] = student.Id;
        var ranking = new Ranking(RankingId.New(now), Id, student.Id);
        if (choices.Length > 0)
        {
            ranking.TakeIn(new([.. choices.Select(choice => System.Collections.Immutable.ImmutableArray.Create(Offers[choice]))]), now);
        }

        db.AddRange(person, student, ranking);
    }
}
