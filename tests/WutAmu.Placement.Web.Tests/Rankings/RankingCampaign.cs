using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>
/// Students rank. A offers to everybody; B offers B-1 (restricted zone), and B-2 to another programme. The students s1, s2 ... (microbiology) have done nothing yet.
/// </summary>
internal sealed class RankingCampaign(MatchingHost host)
{
    public CampaignId Id { get; private set; }

    public Dictionary<string, OfferId> Offers { get; } = [];

    public Dictionary<string, StudentId> Students { get; } = [];

    public string Page => $"/Rankings/{Id}";

    public string OffersPage => $"/Offers/{Id}";

    public static async Task<RankingCampaign> CreateAsync(MatchingHost host, string policy = PolicyName.MinRegretGreedy, bool ties = true, int limit = 4, CampaignState until = CampaignState.Ranking, int students = 2)
    {
        var made = new RankingCampaign(host);
        await host.DoAsync<PlacementDb>(db => made.FillAsync(db, policy, ties, limit, until, students));
        return made;
    }

    public Task<Ranking?> RankingAsync(string student) => host.ReadAsync(db => db.Rankings.AsNoTracking().SingleOrDefaultAsync(r => r.Student == Students[student]));

    /// <summary>A student of the campaign, signed in.</summary>
    public Task<HostBrowser> SignInAsync(string student) => HostBrowser.SignInAsync(host, $"{student}@wut.example.org");

    /// <summary>The student s1 with this list as draft, or submitted.</summary>
    public async Task<HostBrowser> WithListAsync(string codes, bool submit = false)
    {
        var student = await SignInAsync("s1");
        await student.OpenAsync(Page);
        await student.Fill("Form.List", Ids(codes)).PressAsync("save");
        student.Status.Should().Be(HttpStatusCode.OK);
        if (submit)
        {
            await student.PressAsync("check");
            await student.PressAsync();
        }

        return student;
    }

    /// <summary>Codes of the draft: a space between ranks, = between equals.</summary>
    public async Task<string> DraftAsync(string student) => Say((await RankingAsync(student))?.Draft);

    public async Task<string> SubmittedAsync(string student) => Say((await RankingAsync(student))?.Submitted?.Choices);

    public string Ids(string codes) => new RankedChoices([.. codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(group => group.Split('=').Select(code => Offers[code]).ToArray()).Select(group => System.Collections.Immutable.ImmutableArray.Create(group))]).ToText();

    public Task<List<OutboxLetter>> LettersAsync(LetterKind kind) => host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == kind).OrderBy(l => l.Id).ToListAsync());

    public Task ChangeAsync(Func<PlacementDb, Task> change) => host.DoAsync<PlacementDb>(async db =>
    {
        await change(db);
        await db.SaveChangesAsync();
    });

    public Task MoveAsync(CampaignState to) => ChangeAsync(async db =>
    {
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == Id);
        while (campaign.State < to)
        {
            campaign.MoveTo(campaign.State + 1).Value();
        }
    });

    /// <summary>The host's declaration becomes another.</summary>
    public Task RedeclareAsync(string code, Func<DeclaredCapacity, DeclaredCapacity> change) => ChangeAsync(async db =>
    {
        var host1 = await db.Hosts.SingleAsync(h => h.Code == code);
        var declaration = await db.Declarations.SingleAsync(d => d.Campaign == Id && d.Host == host1.Id);
        var capacity = change(declaration.Declared!);
        declaration.Declare(capacity, declaration.Version, host1.Head, host.Clock.GetUtcNow()).Value();
        var book = await Web.Features.Hosts.OfferBook.ReadAsync(db, Id, CancellationToken.None);
        book.TakeOver(host1, capacity, host.Clock.GetUtcNow());
    });

    private string Say(RankedChoices? list) =>
        list is null ? "" : string.Join(' ', list.Groups.Select(group => string.Join('=', group.Select(offer => Offers.Single(pair => pair.Value == offer).Key))));

    private static DeclaredOffer Topic(string code, params string[] programmes) => new(
        code, code == "A-3" ? new("Sujet A-3", null, null) : new($"Sujet {code}", $"课题 {code}", $"Topic {code}"), new("Étude", null, null), null, null, 0, 1, Opening.Always, programmes.Length > 0 ? [.. programmes] : null, new(2027, 1, 11), new(2027, 6, 30), ["fr"], code == "B-1");

    private async Task FillAsync(PlacementDb db, string policy, bool ties, int limit, CampaignState until, int students)
    {
        var now = host.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var campaign = new Campaign(CampaignId.New(now), Track.MasterInternship, "2026-2027", policy, "seed");
        Id = campaign.Id;
        campaign.SetRules(policy, "seed", 20, limit, ties, overlap: true, hostsRank: false).Value();
        campaign.Schedule(now.AddDays(10), now.AddDays(20), now.AddDays(60)).Value();
        campaign.HoldLettersFor(TimeSpan.Zero);
        db.AddRange(campaign, new Programme("microbiology", new("Microbiologie", "微生物学", "Microbiology")), new Programme("health-biology", new("Biologie de la santé", "健康生物学", "Health biology")));
        db.Add(new Person(PersonId.New(now), "Coordinator", null, EmailAddress.Create("coordinator@institute.example.org"), Language.English, Roles.Coordinator));
        AddHost(db, now, "A", "Luminy", "Virology", Topic("A-1"), Topic("A-2"), Topic("A-3"));
        AddHost(db, now, "B", "Timone", "Neurobiology", Topic("B-1"), Topic("B-2", "health-biology"));
        foreach (var code in Enumerable.Range(1, students).Select(number => $"s{number}"))
        {
            var person = new Person(PersonId.New(now), $"Student {code}", null, EmailAddress.Create($"{code}@wut.example.org"), Language.English, Roles.None);
            var student = new Student(StudentId.New(now), Id, person.Id, code, "microbiology", null);
            Students[code] = student.Id;
            db.AddRange(person, student);
        }

        while (campaign.State < until)
        {
            campaign.MoveTo(campaign.State + 1).Value();
        }

        await db.SaveChangesAsync();
    }

    private void AddHost(PlacementDb db, DateTimeOffset now, string code, string campus, string field, params DeclaredOffer[] topics)
    {
        var head = new Person(PersonId.New(now), $"Head of {code}", null, EmailAddress.Create($"head-{code}@amu.example.org"), Language.English, Roles.None);
        var laboratory = new Host(HostId.New(now), Track.MasterInternship, code, $"Laboratory {code}", head.Id);
        laboratory.Describe(laboratory.Name, "UMR1", campus, "Sciences", field, ["fr", "en"], false, head.Id);
        var declaration = new CapacityDeclaration(DeclarationId.New(now), Id, laboratory.Id);
        declaration.Declare(new(0, null, Opening.Always, [.. topics]), 0, head.Id, now).Value();
        db.AddRange(head, laboratory, declaration);
        foreach (var topic in topics)
        {
            var offer = new Offer(OfferId.New(now), Id, laboratory.Id, topic.Code, topic.Title);
            offer.Update(topic, null);
            Offers[topic.Code] = offer.Id;
            db.Add(offer);
        }
    }
}
