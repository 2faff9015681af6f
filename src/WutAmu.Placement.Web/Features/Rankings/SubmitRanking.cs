using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Makes the draft that was checked the list the next run will read; the version, its receipt and the audit entry are one commit.</summary>
public sealed partial class SubmitRanking(PlacementDb db, RankingLetters letters, LetterBell bell, TimeProvider clock, ILogger<SubmitRanking> logger)
{
    /// <returns>Number of the version in force: a new one, or the present one if it says the same; or a problem of <see cref="OwnRanking.LoadAsync"/> or <see cref="Ranking.Submit"/>.</returns>
    public async Task<Result<int>> HandleAsync(CampaignId campaign, PersonId by, bool anyOther, RankingRequest request, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync(token => SubmitAsync(campaign, by, anyOther, request, token), cancellationToken);
        bell.Ring();
        return outcome;
    }

    private async Task<Result<int>> SubmitAsync(CampaignId campaign, PersonId by, bool anyOther, RankingRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!(await OwnRanking.LoadAsync(db, campaign, by, [], now, cancellationToken)).TryGet(out var own, out var problem))
        {
            return problem;
        }

        var before = own.Ranking.Submitted;
        if (!own.Ranking.Submit(request, anyOther, own.Campaign, now).TryGet(out var version, out problem))
        {
            return problem;
        }

        if (version.Number > (before?.Number ?? 0))
        {
            own.Student.AcceptUnranked(anyOther);
            db.Outbox.Add(await letters.ReceiptAsync(own.Campaign, own.Student, own.Ranking, version, now, cancellationToken));
            db.Audit.Add(new(now, by, campaign, "ranking.submitted", own.Ranking.Id.ToString(), $"version {version.Number}, {version.Choices.Count} choices, hash {version.Choices.ShortHash()}"));
            LogSubmitted(version.Number, own.Student.Id, campaign);
        }

        await db.SaveChangesAsync(cancellationToken);
        return version.Number;
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Version {Number} of the list of student {Student} is in force in campaign {Campaign}.")]
    private partial void LogSubmitted(int number, StudentId student, CampaignId campaign);
}
