using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Pages;

/// <summary>A service whose campaign stands at one point of its life, the people who read it, and the address of every page in it.</summary>
internal sealed class PageWorld : IAsyncDisposable
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private PageWorld(string name, MatchingHost host) => (Name, Host) = (name, host);

    /// <summary>The points of a campaign's life at which pages differ.</summary>
    public static IReadOnlyList<string> Names { get; } = ["empty", "collecting", "matching", "published"];

    public string Name { get; }

    public MatchingHost Host { get; }

    /// <summary>Role → address; null: nobody is signed in.</summary>
    public Dictionary<string, string?> People { get; } = new(StringComparer.Ordinal) { ["nobody"] = null };

    public static async Task<PageWorld> CreateAsync(string name, MatchingHost host)
    {
        var world = new PageWorld(name, host);
        switch (name)
        {
            case "empty":
                await host.DoAsync<Persistence.PlacementDb>(async db =>
                {
                    db.Add(new Domain.People.Person(Domain.People.PersonId.New(host.Clock.GetUtcNow()), "Coordinator", null, Domain.People.EmailAddress.Create(SampleCampaign.CoordinatorAddress), Domain.Language.English, Domain.People.Roles.Coordinator));
                    await db.SaveChangesAsync();
                });
                world.People["coordinator"] = SampleCampaign.CoordinatorAddress;
                break;
            case "published":
                var sample = await SampleCampaign.CreateAsync(host);
                (await sample.ImportAsync(host, await sample.FilesAsync())).Problems.Should().BeEmpty();
                await sample.MoveToMatchingAsync(host);
                await sample.PublishedRunAsync(host);
                await world.LearnAsync(sample.Id);
                break;
            default:
                var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, name == "collecting" ? CampaignState.Ranking : CampaignState.Matching);
                await campaign.SaveDraftAsync("A");
                await host.DoAsync<Persistence.PlacementDb>(async db =>
                {
                    // As long as titles are: no page may grow wider for it.
                    var offer = await db.Offers.SingleAsync(o => o.Id == campaign.Offers["A-2"]);
                    var declared = (await db.Declarations.SingleAsync(d => d.Campaign == campaign.Id && d.Host == offer.Host)).Declared?.Offers.Single(o => o.Code == offer.Code) ?? throw new InvalidOperationException("A-2 is declared.");
                    offer.Update(declared with { Title = new("Rôle des éléments régulateurs du génome dans la différenciation des cellules souches musculaires et la régénération", "基因组调控元件在肌肉干细胞分化与组织再生过程中的作用及其分子机制研究", "The role of genome regulatory elements in the differentiation of muscle stem cells and in regeneration") }, null);
                    await db.SaveChangesAsync();
                });
                await world.LearnAsync(campaign.Id);
                break;
        }

        return world;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Every page of the service by its route; a page whose values this world does not have is left out here.</summary>
    public IReadOnlyList<(string Route, string Path)> Pages() =>
        [.. Routes(Host.Services).Select(route => (route, Fill(route))).Where(page => page.Item2 is not null).Select(page => (page.route, page.Item2!))];

    public static IReadOnlyList<string> Routes(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null && endpoint.Metadata.GetMetadata<ISuppressLinkGenerationMetadata>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText ?? "").Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Null: nothing of this world stands at the route.</summary>
    private string? Fill(string route)
    {
        var parts = route.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (!parts[i].StartsWith('{'))
            {
                continue;
            }

            // {campaign}, {number:int}, {code:int?}; an {id} is one of what stands before it.
            var name = parts[i].Trim('{', '}').Split(':')[0].TrimEnd('?');
            name = name == "id" && i > 0 ? parts[i - 1] : name;
            if (!values.TryGetValue(name, out var value))
            {
                return null;
            }

            parts[i] = value;
        }

        return "/" + string.Join('/', parts);
    }

    private async Task LearnAsync(CampaignId campaign)
    {
        values["campaign"] = values["Campaigns"] = campaign.ToString();
        values["number"] = values["version"] = "1";
        values["code"] = "404";
        await Host.ReadAsync(async db =>
        {
            var people = await db.People.AsNoTracking().ToListAsync();
            string Address(Domain.People.PersonId person) => people.Single(p => p.Id == person).Email.Value;
            People["coordinator"] = people.First(p => p.Roles.HasFlag(Domain.People.Roles.Coordinator)).Email.Value;
            var placed = await db.Placements.AsNoTracking().OrderBy(p => p.Id).FirstOrDefaultAsync();
            var offer = await db.Offers.AsNoTracking().Where(o => o.Campaign == campaign && (placed == null || o.Id == placed.Offer)).OrderBy(o => o.Code).FirstAsync();
            var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == offer.Host);
            var students = await db.Students.AsNoTracking().Where(s => s.Campaign == campaign).OrderBy(s => s.Code).ToListAsync();
            var student = students.First(s => placed is null || s.Id == placed.Student);
            values["host"] = host.Id.ToString();
            values["offer"] = values["Offers"] = offer.Id.ToString();
            values["student"] = student.Id.ToString();
            values["People"] = student.Person.ToString();
            People["head"] = Address(host.Head);
            People["student"] = Address(student.Person);
            People["student without"] = Address(students[^1].Person);
            if (await db.Runs.AsNoTracking().OrderBy(r => r.Number).FirstOrDefaultAsync() is { } run)
            {
                values["run"] = values["Runs"] = run.Id.ToString();
            }

            if (await db.Outbox.AsNoTracking().OrderBy(l => l.Id).FirstOrDefaultAsync() is { } letter)
            {
                values["letter"] = values["Letters"] = letter.Id.ToString();
            }

            return true;
        });
    }
}
