using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>One running service whose sample campaign is solved and published; for tests that only look.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class PublishedCampaign : IAsyncLifetime
{
    private RunningService? service;

    public string Page { get; private set; } = "";

    public string RunPage { get; private set; } = "";

    public string ResultsPage { get; private set; } = "";

    internal async Task<RunningService> ServiceAsync()
    {
        if (service is not null)
        {
            return service;
        }

        service = new();
        var campaign = await SampleCampaign.CreateAsync(service.Host);
        (await campaign.ImportAsync(service.Host, await campaign.FilesAsync())).Problems.Should().BeEmpty();
        await campaign.MoveToMatchingAsync(service.Host);
        var run = await campaign.PublishedRunAsync(service.Host);
        (Page, RunPage, ResultsPage) = ($"/Campaigns/{campaign.Id}", $"/Runs/{run}", $"/Results/{campaign.Id}");
        return service;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }
    }
}
