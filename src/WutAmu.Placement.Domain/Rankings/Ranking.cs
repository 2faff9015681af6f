using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>A student's list in one campaign: a draft being edited, and every version submitted. The last submitted one stays in force until a new one is submitted.</summary>
public sealed class Ranking
{
    private readonly List<RankingVersion> versions = [];

    private Ranking() => Draft = RankedChoices.Empty;

    public Ranking(RankingId id, CampaignId campaign, StudentId student)
    {
        Id = id;
        Campaign = campaign;
        Student = student;
        Draft = RankedChoices.Empty;
    }

    public RankingId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public StudentId Student { get; private set; }

    public RankedChoices Draft { get; private set; }

    /// <summary>Notes to self by offer id; seen by nobody else.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; private set; } = new Dictionary<string, string>();

    public DateTimeOffset? DraftSavedAt { get; private set; }

    public IReadOnlyList<RankingVersion> Versions => versions;

    /// <summary>In force; null: nothing submitted.</summary>
    public RankingVersion? Submitted => versions.Count == 0 ? null : versions[^1];

    /// <summary>True if the draft is not what was last submitted.</summary>
    public bool HasUnsubmittedChanges => Submitted is null ? Draft.Count > 0 : !Submitted.Choices.Equals(Draft);

    /// <summary>Rises with every save or submission; a form carries the one it was drawn from.</summary>
    public int Version { get; private set; }

    /// <returns>The new version; or problem <c>ranking.closed</c>, <c>ranking.stale</c>, <c>ranking.duplicate</c>, <c>ranking.too-long</c>, <c>ranking.ties</c>.</returns>
    public Result<int> SaveDraft(RankedChoices choices, int version, Campaign campaign, DateTimeOffset now)
    {
        if (Check(choices, version, campaign, now) is { } problem)
        {
            return problem;
        }

        Draft = choices;
        DraftSavedAt = now;
        return ++Version;
    }

    /// <summary>Makes <paramref name="choices"/> the list the next run will read.</summary>
    /// <returns>The version submitted; or the problems of <see cref="SaveDraft"/>.</returns>
    public Result<RankingVersion> Submit(RankedChoices choices, int version, Campaign campaign, DateTimeOffset now)
    {
        if (Check(choices, version, campaign, now) is { } problem)
        {
            return problem;
        }

        Draft = choices;
        DraftSavedAt = now;
        var submitted = new RankingVersion(versions.Count + 1, now, choices);
        versions.Add(submitted);
        Version++;
        return submitted;
    }

    /// <summary>Takes in a list that was collected elsewhere (import); no deadline applies.</summary>
    public RankingVersion TakeIn(RankedChoices choices, DateTimeOffset now)
    {
        Draft = choices;
        DraftSavedAt = now;
        var submitted = new RankingVersion(versions.Count + 1, now, choices);
        versions.Add(submitted);
        Version++;
        return submitted;
    }

    public void Note(OfferId offer, string? note)
    {
        var notes = new Dictionary<string, string>(Notes, StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(note))
        {
            notes.Remove(offer.ToString());
        }
        else
        {
            notes[offer.ToString()] = note.Trim();
        }

        Notes = notes;
        Version++;
    }

    private Problem? Check(RankedChoices choices, int version, Campaign campaign, DateTimeOffset now)
    {
        if (!campaign.AcceptsRankings(now))
        {
            return new("ranking.closed");
        }

        if (version != Version)
        {
            return new("ranking.stale");
        }

        if (choices.Offers.Distinct().Count() != choices.Count)
        {
            return new("ranking.duplicate");
        }

        if (choices.Count > campaign.ChoiceLimit)
        {
            return Problem.Of("ranking.too-long", choices.Count, campaign.ChoiceLimit);
        }

        return !campaign.TiesAllowed && choices.Groups.Any(group => group.Length > 1) ? new("ranking.ties") : null;
    }
}
