using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>A campaign in which everybody ranks, made before the service starts; and after its death the search for what it had acknowledged.</summary>
internal sealed class Crowd
{
    public const int Laboratories = 30;

    private readonly ServiceProvider services;

    private Crowd(ServiceProvider services) => this.services = services;

    public CampaignId Campaign { get; private set; }

    public List<OfferId> Offers { get; } = [];

    public List<PersonId> Students { get; } = [];

    /// <param name="topicsEach">Offers of each laboratory.</param>
    /// <param name="described">True: offers have texts in three languages, as laboratories write them; false: titles alone.</param>
    public static async Task<Crowd> CreateAsync(string folder, int students, int topicsEach = 2, bool described = false)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"{StorageOptions.Section}:{nameof(StorageOptions.Folder)}", folder)]).Build();
        var services = new ServiceCollection().AddPersistence(configuration).BuildServiceProvider();
        await services.MigrateAsync(CancellationToken.None);
        var crowd = new Crowd(services);
        await crowd.FillAsync(students, topicsEach, described);
        return crowd;
    }

    /// <returns>A sentence for each acknowledgement that the database does not bear out.</returns>
    public async Task<List<string>> MissingAsync(StudentBrowser[] browsers)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var missing = new List<string>();
        var people = await db.Students.AsNoTracking().ToDictionaryAsync(s => s.Person, s => s.Id);
        var rankings = await db.Rankings.AsNoTracking().ToDictionaryAsync(r => r.Student);
        var letters = (await db.Outbox.AsNoTracking().Where(l => l.Kind == LetterKind.RankingReceipt).Select(l => l.Key).ToListAsync()).ToHashSet();
        var audited = (await db.Audit.AsNoTracking().Where(a => a.Action == "ranking.submitted").Select(a => new { a.Subject, a.Detail }).ToListAsync()).ToLookup(a => a.Subject, a => a.Detail);
        foreach (var browser in browsers)
        {
            var student = people[browser.Person];
            if (!rankings.TryGetValue(student, out var ranking))
            {
                if (browser.Acknowledged > 0)
                {
                    missing.Add($"{student}: no list at all");
                }

                continue;
            }

            var asAcknowledged = ranking.Version == browser.Version && ranking.Draft.Equals(browser.Kept);
            var onePast = browser.Unanswered is { } unanswered && ranking.Version == browser.Version + 1 && ranking.Draft.Equals(unanswered);
            if (!asAcknowledged && !onePast)
            {
                missing.Add($"{student}: version {browser.Version} was acknowledged, version {ranking.Version} is kept");
            }

            foreach (var (number, list) in browser.Receipts)
            {
                var kept = ranking.Versions.SingleOrDefault(version => version.Number == number)?.Choices;
                if (kept is null || !kept.Equals(list))
                {
                    missing.Add($"{student}: submission {number} is {(kept is null ? "lost" : "another list")}");
                }

                if (!letters.Contains($"ranking:{ranking.Id}:{number}") || !audited[ranking.Id.ToString()].Any(detail => detail?.StartsWith($"version {number},", StringComparison.Ordinal) == true))
                {
                    missing.Add($"{student}: submission {number} is without its receipt or audit entry");
                }
            }
        }

        await services.DisposeAsync();
        return missing;
    }

    private async Task FillAsync(int students, int topicsEach, bool described)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var now = TimeProvider.System.GetUtcNow();
        var policy = PolicyName.Default.Name;
        var campaign = new Campaign(CampaignId.New(now), Track.MasterInternship, "2026-2027", policy, "seed");
        Campaign = campaign.Id;
        Must(campaign.SetRules(policy, "seed", students, 10, tiesAllowed: true, overlap: false, hostsRank: false));
        Must(campaign.Schedule(now.AddDays(1), now.AddDays(2), now.AddDays(60)));
        db.AddRange(campaign, new Programme("microbiology", new("Microbiologie", "微生物学", "Microbiology")));
        for (var i = 1; i <= Laboratories; i++)
        {
            var code = $"L{i:D2}";
            var head = new Person(PersonId.New(now), $"Head of {code}", null, EmailAddress.Create($"{code}@amu.example.org"), Language.French, Roles.None);
            var laboratory = new Host(HostId.New(now), Track.MasterInternship, code, $"Laboratory {code}", head.Id);
            laboratory.Describe(laboratory.Name, $"UMR {7000 + i}", i % 3 == 0 ? "Timone" : i % 3 == 1 ? "Luminy" : "Saint-Charles", "Sciences", $"Field {i % 8}", i % 2 == 0 ? ["fr", "en"] : ["fr"], false, head.Id);
            db.AddRange(head, laboratory);
            for (var topic = 1; topic <= topicsEach; topic++)
            {
                var declared = new DeclaredOffer($"{code}-{topic}", new($"Sujet {code}-{topic}", $"课题 {code}-{topic}", $"Topic {code}-{topic}"), described ? Description : null, null, null, 0, 1, Opening.Always, null, null, null, ["fr"], false);
                var offer = new Offer(OfferId.New(now), campaign.Id, laboratory.Id, declared.Code, declared.Title);
                offer.Update(declared, null);
                Offers.Add(offer.Id);
                db.Add(offer);
            }
        }

        for (var i = 1; i <= students; i++)
        {
            var person = new Person(PersonId.New(now), $"Student {i}", null, EmailAddress.Create($"s{i}@wut.example.org"), Language.SimplifiedChinese, Roles.None);
            Students.Add(person.Id);
            db.AddRange(person, new Student(StudentId.New(now), campaign.Id, person.Id, $"s{i}", "microbiology", null));
        }

        Must(campaign.MoveTo(CampaignState.Declaring));
        Must(campaign.MoveTo(CampaignState.Ranking));
        await db.SaveChangesAsync();
    }

    private static LocalizedText Description { get; } = new(
        string.Join(' ', Enumerable.Repeat("Caractérisation des mécanismes de régulation d’un gène bactérien par des approches de génétique et d’imagerie.", 4)),
        string.Concat(Enumerable.Repeat("通过遗传学与成像方法研究细菌基因的调控机制。", 4)),
        string.Join(' ', Enumerable.Repeat("Mechanisms of regulation of a bacterial gene, by genetics and imaging.", 4)));

    private static void Must<T>(Result<T> result)
    {
        if (!result.TryGet(out _, out var problem))
        {
            throw new InvalidOperationException(problem.Code);
        }
    }
}
