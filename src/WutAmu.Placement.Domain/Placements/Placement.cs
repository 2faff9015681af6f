using System.Collections.Immutable;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Placements;

/// <summary>Student × offer, published.</summary>
public sealed class Placement
{
    /// <summary>Why a student may say they refuse; codes, so that nobody is asked for a story or for their health.</summary>
    public static ImmutableArray<string> RefusalReasons { get; } = ["other-place", "visa", "unsuitable", "interrupting", "personal"];

    private Placement()
    {
    }

    public Placement(PlacementId id, PublicationId publication, CampaignId campaign, StudentId student, OfferId offer, int? rank)
    {
        Id = id;
        Publication = publication;
        Campaign = campaign;
        Student = student;
        Offer = offer;
        Rank = rank;
    }

    public PlacementId Id { get; private set; }

    public PublicationId Publication { get; private set; }

    public CampaignId Campaign { get; private set; }

    public StudentId Student { get; private set; }

    public OfferId Offer { get; private set; }

    /// <summary>From 1; null: not a choice of the student.</summary>
    public int? Rank { get; private set; }

    public Answer StudentAnswer { get; private set; }

    /// <summary>Coded reason of a refusal, for example <c>visa</c>; null unless refused.</summary>
    public string? StudentReason { get; private set; }

    public DateTimeOffset? StudentAnsweredAt { get; private set; }

    public Answer HostAnswer { get; private set; }

    public string? HostReason { get; private set; }

    public DateTimeOffset? HostAnsweredAt { get; private set; }

    public int Version { get; private set; }

    /// <returns>Problem <c>placement.answers-closed</c>, <c>answer.reason</c> if a refusal has none of <see cref="RefusalReasons"/>. Until the deadline an answer may be changed.</returns>
    public Result<Done> AnswerAsStudent(Answer answer, string? reason, Campaign campaign, DateTimeOffset now)
    {
        if (!campaign.AcceptsAnswers(now))
        {
            return new Problem("placement.answers-closed");
        }

        if (answer == Answer.Refused && !RefusalReasons.Contains(reason ?? "", StringComparer.Ordinal))
        {
            return Problem.On("reason", "answer.reason");
        }

        StudentAnswer = answer;
        StudentReason = answer == Answer.Refused ? reason : null;
        StudentAnsweredAt = now;
        Version++;
        return default(Done);
    }

    /// <summary>Drops what the host wrote about the student; both answers stay.</summary>
    public void EraseHostReason()
    {
        HostReason = null;
        Version++;
    }

    /// <returns>Problem <c>placement.answers-closed</c>, <c>placement.reason</c> if a refusal has no reason.</returns>
    public Result<Done> AnswerAsHost(Answer answer, string? reason, Campaign campaign, DateTimeOffset now)
    {
        if (!campaign.AcceptsAnswers(now))
        {
            return new Problem("placement.answers-closed");
        }

        if (answer == Answer.Refused && string.IsNullOrWhiteSpace(reason))
        {
            return Problem.On("Reason", "placement.reason");
        }

        HostAnswer = answer;
        HostReason = answer == Answer.Refused ? reason : null;
        HostAnsweredAt = now;
        Version++;
        return default(Done);
    }
}
