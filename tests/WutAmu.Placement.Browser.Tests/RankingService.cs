using Microsoft.Playwright;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Tests.Rankings;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>One running service where students rank; each test has a student of its own.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class RankingService : IAsyncLifetime
{
    private RunningService? service;

    internal RankingCampaign Campaign { get; private set; } = null!; // set before a test runs

    internal RunningService Service => service ?? throw new InvalidOperationException("There is no Chromium: no service was started.");

    public async Task InitializeAsync()
    {
        if (Chromium.Program is null)
        {
            return;
        }

        service = new();
        Campaign = await RankingCampaign.CreateAsync(service.Host, PolicyName.StudentOptimalStable, students: 12);
    }

    public async Task DisposeAsync()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }
    }

    internal static async Task SignInAsync(IPage page, string student)
    {
        await page.GotoAsync("/Accounts/SignIn");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = $"Student {student}", Exact = true }));
    }

    /// <summary>Stores a draft for a student who has none.</summary>
    internal async Task ListAsync(string student, string codes) =>
        await Campaign.ChangeAsync(db =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var ranking = new Domain.Rankings.Ranking(Domain.Rankings.RankingId.New(now), Campaign.Id, Campaign.Students[student]);
            var campaign = db.Campaigns.Single(c => c.Id == Campaign.Id);
            Domain.Rankings.RankedChoices.TryParse(Campaign.Ids(codes), out var choices).Should().BeTrue();
            ranking.SaveDraft(choices!, // not null: it was read
                new Dictionary<Domain.Hosts.OfferId, string>(), new(Guid.NewGuid(), 0), campaign, Campaign.Offers.Values.ToHashSet(), now).TryGet(out _, out var problem);
            problem.Should().BeNull();
            db.Add(ranking);
            return Task.CompletedTask;
        });
}
