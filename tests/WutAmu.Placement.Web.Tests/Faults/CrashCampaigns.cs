using System.Collections.Immutable;
using System.Globalization;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>
/// What the tests of processes work on: one campaign in which hosts declare and students rank at the same time, and many small ones that are ready to be run and published.
/// </summary>
internal sealed class CrashCampaigns
{
    public const int Hosts = 3;
    public const int Students = 6;

    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public PersonId Coordinator { get; private set; }

    /// <summary>Where hosts declare and students rank.</summary>
    public CampaignId Open { get; private set; }

    public List<(PersonId Head, HostId Host)> Heads { get; } = [];

    public List<(PersonId Person, StudentId Student)> Ranking { get; } = [];

    /// <summary>Offers of the open campaign.</summary>
    public List<OfferId> Offers { get; } = [];

    public List<CampaignId> Ready { get; } = [];

    /// <summary>Makes the database in a storage folder of its own and lets it rest.</summary>
    public static async Task<(CrashCampaigns Campaigns, string Storage)> CreateAsync(int ready)
    {
        var made = new CrashCampaigns();
        await using var host = new MatchingHost { KeepStorage = true };
        await host.DoAsync<PlacementDb>(db => made.FillAsync(db, ready));
        return (made, host.Folder);
    }

    private static DeclaredOffer Topic(string code) => new(code, new($"Sujet {code}", $"课题 {code}", $"Topic {code}"), null, null, null, 0, 2, Opening.Always, null, null, null, [], false);

    private async Task FillAsync(PlacementDb db, int ready)
    {
        Coordinator = Person(db, "coordinator", Roles.Coordinator).Id;
        db.Add(new Programme("microbiology", new("Microbiologie", "微生物学", "Microbiology")));
        var open = Campaign("2026-2027", CampaignState.Ranking);
        Open = open.Id;
        open.Schedule(now.AddDays(60), now.AddDays(60), now.AddDays(90)).Value();
        db.Add(open);
        var hosts = new List<Host>();
        for (var i = 0; i < Hosts; i++)
        {
            var head = Person(db, $"head-{i}", Roles.None);
            var host = new Host(HostId.New(now), Track.MasterInternship, $"H{i}", $"Laboratory {i}", head.Id);
            hosts.Add(host);
            db.Add(host);
            Heads.Add((head.Id, host.Id));
            Offers.AddRange(Declare(db, Open, host, head.Id, $"H{i}-1", $"H{i}-2"));
        }

        for (var i = 0; i < Students; i++)
        {
            Ranking.Add(Student(db, Open, $"s{i}", []));
        }

        for (var i = 0; i < ready; i++)
        {
            var campaign = Campaign(string.Create(CultureInfo.InvariantCulture, $"{1000 + i}-{1001 + i}"), CampaignState.Matching);
            campaign.HoldLettersFor(TimeSpan.Zero);
            db.Add(campaign);
            var offers = Declare(db, campaign.Id, hosts[i % Hosts], Heads[i % Hosts].Head, "T-1", "T-2");
            for (var s = 0; s < 2; s++)
            {
                Student(db, campaign.Id, $"c{i}s{s}", offers);
            }

            Ready.Add(campaign.Id);
        }

        await db.SaveChangesAsync();
    }

    private Campaign Campaign(string year, CampaignState state)
    {
        var campaign = new Campaign(CampaignId.New(now), Track.MasterInternship, year, PolicyName.Default.Name, "seed");
        campaign.SetRules(PolicyName.Default.Name, "seed", 20, 10, tiesAllowed: true, overlap: true, hostsRank: false).Value();
        while (campaign.State < state)
        {
            campaign.MoveTo(campaign.State + 1).Value();
        }

        return campaign;
    }

    private Person Person(PlacementDb db, string name, Roles roles)
    {
        var person = new Person(PersonId.New(now), name, null, EmailAddress.Create($"{name}@crash.example.org"), Language.English, roles);
        db.Add(person);
        return person;
    }

    private List<OfferId> Declare(PlacementDb db, CampaignId campaign, Host host, PersonId head, params string[] codes)
    {
        var topics = codes.Select(Topic).ToImmutableArray();
        var declaration = new CapacityDeclaration(DeclarationId.New(now), campaign, host.Id);
        declaration.Declare(new(0, null, Opening.Always, topics), 0, head, now).Value();
        db.Add(declaration);
        return [.. topics.Select(topic =>
        {
            var offer = new Offer(OfferId.New(now), campaign, host.Id, topic.Code, topic.Title);
            offer.Update(topic, null);
            db.Add(offer);
            return offer.Id;
        })];
    }

    private (PersonId Person, StudentId Student) Student(PlacementDb db, CampaignId campaign, string code, List<OfferId> choices)
    {
        var person = Person(db, code, Roles.None);
        var student = new Student(StudentId.New(now), campaign, person.Id, code, "microbiology", null);
        var ranking = new Ranking(RankingId.New(now), campaign, student.Id);
        if (choices.Count > 0)
        {
            ranking.TakeIn(new([.. choices.Select(choice => ImmutableArray.Create(choice))]), now);
        }

        db.AddRange(student, ranking);
        return (person.Id, student.Id);
    }
}
