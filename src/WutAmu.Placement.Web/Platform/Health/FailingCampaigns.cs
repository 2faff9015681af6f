using System.Collections.Immutable;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Platform.Telemetry;

namespace WutAmu.Placement.Web.Platform.Health;

/// <summary>Campaigns whose turn failed the last time the minutely job came to them. Forgotten with the process: a minute later it is known again.</summary>
public sealed class FailingCampaigns
{
    private readonly Lock entrance = new();
    private readonly Dictionary<string, ImmutableHashSet<CampaignId>> failing = new(StringComparer.Ordinal);
    private long failures;

    /// <summary>How many fail now, and how often any did since the start.</summary>
    public (int Failing, long Failures) Figures
    {
        get
        {
            lock (entrance)
            {
                return (failing.Values.SelectMany(campaigns => campaigns).Distinct().Count(), failures);
            }
        }
    }

    /// <param name="work">What was done for each campaign in turn; what failed of other work stands beside it.</param>
    /// <param name="failed">Those for which it failed this time.</param>
    public void Note(string work, IReadOnlyCollection<CampaignId> failed)
    {
        Measures.CampaignFailures.Add(failed.Count, new KeyValuePair<string, object?>("work", work));
        lock (entrance)
        {
            failing[work] = [.. failed];
            failures += failed.Count;
        }
    }
}
