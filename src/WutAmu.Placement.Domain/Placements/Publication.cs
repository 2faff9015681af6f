using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Placements;

/// <summary>A coordinator's decision that a verified run is the campaign's outcome. At most one per campaign is not recalled.</summary>
public sealed class Publication
{
    private Publication()
    {
    }

    public Publication(PublicationId id, CampaignId campaign, RunId run, PersonId publishedBy, DateTimeOffset now, DateTimeOffset lettersFrom, string? reason)
    {
        Id = id;
        Campaign = campaign;
        Run = run;
        PublishedBy = publishedBy;
        PublishedAt = now;
        LettersFrom = lettersFrom;
        Reason = reason;
    }

    public PublicationId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public RunId Run { get; private set; }

    public PersonId PublishedBy { get; private set; }

    public DateTimeOffset PublishedAt { get; private set; }

    /// <summary>No letter leaves before this instant; until then the publication can be recalled.</summary>
    public DateTimeOffset LettersFrom { get; private set; }

    /// <summary>Why, where the run's policy is not the announced one or a readiness item was overridden.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset? RecalledAt { get; private set; }

    public string? RecallReason { get; private set; }

    public int Version { get; private set; }

    /// <summary>When a letter that tells of it, written at <paramref name="now"/>, may leave.</summary>
    public DateTimeOffset LettersNotBefore(DateTimeOffset now) => now < LettersFrom ? LettersFrom : now;

    /// <summary>The clock was far ahead when it was published, and has been set back: the hold begins anew.</summary>
    /// <returns>False unless its letters wait longer than any hold.</returns>
    public bool WaitAnew(DateTimeOffset now)
    {
        if (LettersFrom <= now + Campaigns.Campaign.MaxLetterHold)
        {
            return false;
        }

        var hold = LettersFrom - PublishedAt;
        LettersFrom = now + (hold < Campaigns.Campaign.MaxLetterHold ? hold : Campaigns.Campaign.MaxLetterHold);
        Version++;
        return true;
    }

    /// <returns>Problem <c>publication.recalled</c>, or <c>publication.letters-left</c> once the hold is over.</returns>
    public Result<Done> Recall(string reason, DateTimeOffset now)
    {
        if (RecalledAt is not null)
        {
            return new Problem("publication.recalled");
        }

        if (now >= LettersFrom)
        {
            return new Problem("publication.letters-left");
        }

        RecalledAt = now;
        RecallReason = reason;
        Version++;
        return default(Done);
    }
}
