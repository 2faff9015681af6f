using Hangfire;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Every minute and at the start: what deadlines ask for. Running twice is harmless: both look at the rows first.</summary>
public sealed class KeepDeadlines(MoveDueCampaigns move, WriteReminders remind)
{
    // The next minute tries again anyway.
    [AutomaticRetry(Attempts = 0)]
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        await move.HandleAsync(cancellationToken);
        await remind.HandleAsync(cancellationToken);
    }
}
