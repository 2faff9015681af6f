using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform.Health;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Does something for one campaign after the other. One that fails is logged and counted, health says so, and the others have their turn all the same.</summary>
public sealed partial class CampaignsInTurn(PlacementDb db, FailingCampaigns failing, ILogger<CampaignsInTurn> logger)
{
    /// <param name="turn">Runs in a transaction of its own.</param>
    /// <returns>What the turns that succeeded returned.</returns>
    public async Task<IReadOnlyList<T>> EachAsync<T>(string work, IEnumerable<CampaignId> campaigns, Func<CampaignId, CancellationToken, Task<T>> turn, CancellationToken cancellationToken)
    {
        var (done, failed) = (new List<T>(), new List<CampaignId>());
        foreach (var campaign in campaigns)
        {
            try
            {
                done.Add(await db.WriteAsync(token => turn(campaign, token), cancellationToken));
            }
            // The job's boundary, once for each campaign: whatever it was, the next minute tries again.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(campaign, work, e);
                failed.Add(campaign);
                // Or what was not written would be with the next one's.
                db.ChangeTracker.Clear();
            }
        }

        failing.Note(work, failed);
        return done;
    }

    [LoggerMessage(EventId = 1012, Level = LogLevel.Error, Message = "The minute of campaign {Campaign} failed: {Work}.")]
    private partial void LogFailed(CampaignId campaign, string work, Exception exception);
}
