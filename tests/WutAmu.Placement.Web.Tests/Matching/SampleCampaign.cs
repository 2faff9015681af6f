using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Campaigns.Import;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Tests.Matching;

/// <summary>An empty campaign in preparation, its coordinator, and the files of <c>samples</c> to take in.</summary>
internal sealed record SampleCampaign(CampaignId Id, PersonId Coordinator, Track Track)
{
    public const string CoordinatorAddress = "coordinator@institute.example.org";

    public static string Samples(Track track) => Path.Combine(Checkout.Root, "samples", track == Track.BachelorStudy ? "bachelor-2026" : "master-2026");

    public static async Task<SampleCampaign> CreateAsync(MatchingHost host, Track track = Track.MasterInternship) =>
        await host.DoAsync<PlacementDb, SampleCampaign>(async db =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var coordinator = new Person(PersonId.New(now), "Coordinator", null, EmailAddress.Create(CoordinatorAddress), Language.English, Roles.Coordinator);
            var campaign = new Campaign(CampaignId.New(now), track, "2026-2027", PolicyName.Default.Name, "2026-11-23/marseille");
            campaign.HoldLettersFor(TimeSpan.Zero);
            db.AddRange(coordinator, campaign);
            await db.SaveChangesAsync();
            return new(campaign.Id, coordinator.Id, track);
        });

    public Task<CampaignFiles> FilesAsync() => CampaignFiles.ReadFolderAsync(Samples(Track), CancellationToken.None);

    public async Task<ImportReport> ImportAsync(MatchingHost host, CampaignFiles files) =>
        (await host.DoAsync<ImportCampaign, Result<ImportReport>>(import => import.HandleAsync(Id, files, Coordinator, CancellationToken.None))).Value();

    public async Task MoveToMatchingAsync(MatchingHost host)
    {
        for (var state = CampaignState.Preparing; state < CampaignState.Matching; state++)
        {
            var from = state;
            (await host.DoAsync<MoveCampaign, Result<Done>>(move => move.HandleAsync(Id, from, "sample", Coordinator, CancellationToken.None))).Value();
        }
    }

    /// <summary>Runs the announced policy here and publishes; the workers need not be on.</summary>
    public async Task<RunId> PublishedRunAsync(MatchingHost host)
    {
        var run = (await host.DoAsync<StartRun, Result<RunId>>(start => start.HandleAsync(Id, PolicyName.Default.Name, Coordinator, CancellationToken.None))).Value();
        while (await host.ReadAsync(db => db.Runs.AnyAsync(r => r.Id == run && (r.State == RunState.Queued || r.State == RunState.Solving))))
        {
            await host.DoAsync<SolveRun>(job => job.ExecuteAsync(run.Value, CancellationToken.None));
        }

        (await host.DoAsync<PublishRun, Result<PublicationId>>(publish => publish.HandleAsync(run, null, Coordinator, CancellationToken.None))).Value();
        return run;
    }
}
