using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>One track in one academic year, with its dates, policy and limits.</summary>
public sealed class Campaign
{
    private Campaign()
    {
        AcademicYear = Policy = LotterySeed = "";
    }

    public Campaign(CampaignId id, Track track, string academicYear, string policy, string lotterySeed)
    {
        Id = id;
        Track = track;
        AcademicYear = academicYear;
        Policy = policy;
        LotterySeed = lotterySeed;
        StudentLimit = DefaultLimit(track);
    }

    /// <summary>Longest <see cref="LetterHold"/>, included.</summary>
    public static TimeSpan MaxLetterHold { get; } = TimeSpan.FromDays(1);

    public CampaignId Id { get; private set; }

    public Track Track { get; private set; }

    /// <summary>For example <c>2026-2027</c>; unique per track.</summary>
    public string AcademicYear { get; private set; }

    public CampaignState State { get; private set; }

    /// <summary>Last instant, included, at which hosts may declare; UTC. Null until set.</summary>
    public DateTimeOffset? DeclarationDeadline { get; private set; }

    /// <summary>Last instant, included, at which a list is accepted; UTC. Null until set.</summary>
    public DateTimeOffset? RankingDeadline { get; private set; }

    /// <summary>Last instant, included, at which a placement may be accepted or refused; UTC. Null: no answer is asked.</summary>
    public DateTimeOffset? AnswerDeadline { get; private set; }

    /// <summary>Name of the policy announced to students; a run may compare others, only this one is publishable without a reason.</summary>
    public string Policy { get; private set; }

    /// <summary>Announced before the ranking deadline; fixed once students rank.</summary>
    public string LotterySeed { get; private set; }

    /// <summary>Most students: 20 (Master) or 150 (Bachelor) by default, the institute's yearly numbers.</summary>
    public int StudentLimit { get; private set; }

    /// <summary>Most offers a student may rank.</summary>
    public int ChoiceLimit { get; private set; } = 10;

    public bool TiesAllowed { get; private set; } = true;

    /// <summary>True: hosts may still declare while students rank.</summary>
    public bool DeclaringOverlapsRanking { get; private set; }

    /// <summary>True: heads rank or veto applicants (the stable policies read it).</summary>
    public bool HostsRank { get; private set; }

    /// <summary>Time between a publication or a changed deadline and the first letter about it, in which the coordinator may take it back; zero to <see cref="MaxLetterHold"/>.</summary>
    public TimeSpan LetterHold { get; private set; } = TimeSpan.FromMinutes(10);

    /// <summary>Codes of readiness items although which the campaign may go on by itself at its next deadline; empty: none. Forgotten with each step.</summary>
    public ImmutableArray<string> AcceptedItems { get; private set; } = [];

    /// <summary>Why they were accepted; null without any.</summary>
    public string? AcceptedReason { get; private set; }

    public int Version { get; private set; }

    /// <summary>The institute's yearly limits: 20 Master and 150 Bachelor students.</summary>
    public static int DefaultLimit(Track track) => track == Track.MasterInternship ? 20 : 150;

    public DateTimeOffset? DeadlineOf(DeadlineKind kind) => kind switch
    {
        DeadlineKind.Declaration => DeclarationDeadline,
        DeadlineKind.Ranking => RankingDeadline,
        _ => AnswerDeadline,
    };

    /// <summary>True if the deadline belongs to a phase that is over.</summary>
    public bool IsFixed(DeadlineKind kind) => kind switch
    {
        DeadlineKind.Declaration => State >= CampaignState.Matching || (State == CampaignState.Ranking && !DeclaringOverlapsRanking),
        DeadlineKind.Ranking => State >= CampaignState.Matching,
        _ => State == CampaignState.Closed,
    };

    /// <summary>True if a deadline that has passed at <paramref name="now"/> asks for the next step: from declaring to ranking, from ranking to matching. The other steps are people's.</summary>
    public bool MovesByItself(DateTimeOffset now) =>
        (State == CampaignState.Declaring && DeclarationDeadline < now) || (State == CampaignState.Ranking && RankingDeadline < now);

    /// <summary>True if hosts may declare at <paramref name="now"/>; the deadline itself is included.</summary>
    public bool AcceptsDeclarations(DateTimeOffset now) =>
        (State == CampaignState.Declaring || (State == CampaignState.Ranking && DeclaringOverlapsRanking))
        && (DeclarationDeadline is null || now <= DeclarationDeadline);

    /// <summary>
    /// True if a coordinator may still declare on a host's behalf or withdraw an offer: past the hosts' deadline too, until the campaign is published.
    /// </summary>
    public bool AcceptsDeclarationsOnBehalf => State is CampaignState.Declaring or CampaignState.Ranking or CampaignState.Matching;

    /// <summary>True if heads are asked to rank those who applied: the announced policy reads it, or the coordinator asks for it.</summary>
    public bool AsksHostsToRank => HostsRank || (PolicyName.TryParse(Policy, out var policy) && policy.IsStable);

    /// <summary>True if heads may rank applicants now: the students' lists are closed, nothing is published.</summary>
    public bool AcceptsHostRankings => AsksHostsToRank && State == CampaignState.Matching;

    /// <summary>True if lists are accepted at <paramref name="now"/>; the deadline itself is included.</summary>
    public bool AcceptsRankings(DateTimeOffset now) =>
        State == CampaignState.Ranking && (RankingDeadline is null || now <= RankingDeadline);

    /// <summary>True if placed students may accept or refuse at <paramref name="now"/>.</summary>
    public bool AcceptsAnswers(DateTimeOffset now) =>
        State == CampaignState.Published && AnswerDeadline is not null && now <= AnswerDeadline;

    /// <returns>Problem <c>campaign.deadlines-order</c>, <c>campaign.deadline-fixed</c> where a deadline has passed its phase.</returns>
    public Result<Done> Schedule(DateTimeOffset? declaration, DateTimeOffset? ranking, DateTimeOffset? answer)
    {
        if ((declaration is { } d && ranking is { } r && d > r && !DeclaringOverlapsRanking) || (ranking is { } r2 && answer is { } a && r2 >= a))
        {
            return new Problem("campaign.deadlines-order");
        }

        if ((IsFixed(DeadlineKind.Declaration) && declaration != DeclarationDeadline) || (IsFixed(DeadlineKind.Ranking) && ranking != RankingDeadline) || State == CampaignState.Closed)
        {
            return new Problem("campaign.deadline-fixed");
        }

        DeclarationDeadline = declaration;
        RankingDeadline = ranking;
        AnswerDeadline = answer;
        Version++;
        return default(Done);
    }

    /// <returns>Problem <c>campaign.rules-fixed</c> once students rank: what was announced to them stays.</returns>
    public Result<Done> SetRules(string policy, string lotterySeed, int studentLimit, int choiceLimit, bool tiesAllowed, bool overlap, bool hostsRank)
    {
        if (State >= CampaignState.Ranking)
        {
            return new Problem("campaign.rules-fixed");
        }

        Policy = policy;
        LotterySeed = lotterySeed;
        StudentLimit = studentLimit;
        ChoiceLimit = choiceLimit;
        TiesAllowed = tiesAllowed;
        DeclaringOverlapsRanking = overlap;
        HostsRank = hostsRank;
        Version++;
        return default(Done);
    }

    /// <summary>Holds for what is published or changed from now on, not for what is already.</summary>
    /// <returns>Problem <c>rules.hold</c> if <paramref name="hold"/> is negative or longer than <see cref="MaxLetterHold"/>.</returns>
    public Result<Done> HoldLettersFor(TimeSpan hold)
    {
        if (hold < TimeSpan.Zero || hold > MaxLetterHold)
        {
            return Problem.On("Hold", "rules.hold", (int)MaxLetterHold.TotalMinutes);
        }

        LetterHold = hold;
        Version++;
        return default(Done);
    }

    /// <summary>One step forward. Readiness is judged by the caller; the step itself must be the next one.</summary>
    /// <returns>Problem <c>campaign.step</c> if <paramref name="next"/> is not the next state.</returns>
    public Result<Done> MoveTo(CampaignState next)
    {
        if (next != State + 1)
        {
            return Problem.Of("campaign.step", State, next);
        }

        State = next;
        Forget();
        Version++;
        return default(Done);
    }

    /// <summary>One step back, for repair: Ranking may be reopened from Matching, Matching from a recalled publication.</summary>
    /// <returns>Problem <c>campaign.step</c> for any other step.</returns>
    public Result<Done> Reopen()
    {
        if (State is not (CampaignState.Matching or CampaignState.Published))
        {
            return Problem.Of("campaign.step", State, State);
        }

        State--;
        Forget();
        Version++;
        return default(Done);
    }

    /// <summary>Lets the campaign go on at its next deadline although these readiness items are open.</summary>
    public void AcceptItems(ImmutableArray<string> codes, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        AcceptedItems = codes;
        AcceptedReason = codes.IsEmpty ? null : reason;
        Version++;
    }

    private void Forget() => (AcceptedItems, AcceptedReason) = ([], null);
}
