using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>How a host orders those who applied to it in one campaign; every version submitted is kept, the last is in force.</summary>
public sealed class HostRanking
{
    private readonly List<HostRankingVersion> versions = [];

    private HostRanking() => Draft = RankedApplicants.Empty;

    public HostRanking(HostRankingId id, CampaignId campaign, HostId host)
    {
        Id = id;
        Campaign = campaign;
        Host = host;
        Draft = RankedApplicants.Empty;
    }

    public HostRankingId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public HostId Host { get; private set; }

    public RankedApplicants Draft { get; private set; }

    public IReadOnlyList<HostRankingVersion> Versions => versions;

    /// <summary>In force; null: nothing submitted, the host orders by score, then lottery.</summary>
    public HostRankingVersion? Submitted => versions.Count == 0 ? null : versions[^1];

    public bool HasUnsubmittedChanges => (Submitted?.Applicants ?? RankedApplicants.Empty).ShortHash() != Draft.ShortHash();

    public int Version { get; private set; }

    /// <summary>Keeps the order as a draft. What says the stored draft again changes nothing and is no conflict: a save whose answer was lost may be sent again.</summary>
    /// <param name="applicants">Who applied; nobody else may be ranked.</param>
    /// <returns>Problem <c>applicants.closed</c>, <c>applicants.stale</c>, <c>applicants.unknown</c>, <c>applicants.duplicate</c>.</returns>
    public Result<Done> SaveDraft(RankedApplicants list, IReadOnlySet<StudentId> applicants, int version, Campaign campaign)
    {
        var again = list.ShortHash() == Draft.ShortHash();
        if (Check(list, applicants, again ? Version : version, campaign) is { } problem)
        {
            return problem;
        }

        if (!again)
        {
            Draft = list;
            Version++;
        }

        return default(Done);
    }

    /// <summary>Makes <paramref name="list"/> what the next run will read.</summary>
    /// <returns>The version submitted; or the problems of <see cref="SaveDraft"/>, or <c>applicants.veto-reason</c>.</returns>
    public Result<HostRankingVersion> Submit(RankedApplicants list, IReadOnlySet<StudentId> applicants, int version, Campaign campaign, PersonId by, DateTimeOffset now)
    {
        if (Check(list, applicants, version, campaign) is { } problem)
        {
            return problem;
        }

        if (list.Vetoed.Any(veto => string.IsNullOrWhiteSpace(veto.Reason)))
        {
            return new Problem("applicants.veto-reason");
        }

        Draft = list;
        var submitted = new HostRankingVersion(versions.Count + 1, now, by, list);
        versions.Add(submitted);
        Version++;
        return submitted;
    }

    /// <summary>Drops what was written about one student, in the draft and in every version; the veto itself stays.</summary>
    public void EraseReasonOf(StudentId student)
    {
        Draft = Draft.WithoutReasonOf(student);
        foreach (var version in versions)
        {
            version.EraseReasonOf(student);
        }

        Version++;
    }

    private Problem? Check(RankedApplicants list, IReadOnlySet<StudentId> applicants, int version, Campaign campaign)
    {
        if (!campaign.AcceptsHostRankings)
        {
            return new("applicants.closed");
        }

        if (version != Version)
        {
            return new("applicants.stale");
        }

        var seen = new HashSet<StudentId>();
        foreach (var student in list.Students)
        {
            if (!applicants.Contains(student))
            {
                return new("applicants.unknown");
            }

            if (!seen.Add(student))
            {
                return new("applicants.duplicate");
            }
        }

        return null;
    }
}
