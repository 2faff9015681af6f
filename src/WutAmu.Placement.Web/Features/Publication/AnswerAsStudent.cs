using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>A placed student accepts or refuses, and may think again until the deadline. A refusal, and one taken back, is told to the coordinators; it changes nothing else by itself.</summary>
public sealed partial class AnswerAsStudent(PlacementDb db, LetterTemplates templates, DeadlineCalendar calendar, Texts texts, LetterBell bell, IOptions<MailOptions> mail, TimeProvider clock, ILogger<AnswerAsStudent> logger)
{
    /// <param name="reason">Of a refusal: one of <see cref="Domain.Placements.Placement.RefusalReasons"/>.</param>
    /// <returns>Problem <c>answer.none</c> if there is no published place, or one of <see cref="Domain.Placements.Placement.AnswerAsStudent"/>.</returns>
    public async Task<Result<Done>> HandleAsync(CampaignId campaign, PersonId by, Answer answer, string? reason, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync(token => AnswerAsync(campaign, by, answer, reason, token), cancellationToken);
        bell.Ring();
        return outcome;
    }

    private async Task<Result<Done>> AnswerAsync(CampaignId campaignId, PersonId person, Answer answer, string? reason, CancellationToken cancellationToken)
    {
        var found = await (
            from placement in db.Placements.Where(p => p.Campaign == campaignId)
            join publication in db.Publications.Where(p => p.RecalledAt == null) on placement.Publication equals publication.Id
            join student in db.Students.Where(s => s.Person == person) on placement.Student equals student.Id
            join offer in db.Offers on placement.Offer equals offer.Id
            join host in db.Hosts on offer.Host equals host.Id
            select new { Placement = placement, Publication = publication, student.Code, offer.Title, Host = host.Name }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || answer == Answer.Pending)
        {
            return new Problem("answer.none");
        }

        var placed = found.Placement;
        var before = placed.StudentAnswer;
        if (before == answer && placed.StudentReason == (answer == Answer.Refused ? reason : null))
        {
            return default(Done);
        }

        var now = clock.GetUtcNow();
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, cancellationToken);
        if (!placed.AnswerAsStudent(answer, reason, campaign, now).TryGet(out _, out var problem))
        {
            return problem;
        }

        var receipt = Write(LetterKind.AnswerReceipt, "AnswerReceipt", await db.People.AsNoTracking().SingleAsync(p => p.Id == person, cancellationToken), "answer");
        calendar.Enclose(receipt, campaign, DeadlineKind.Answer, now);
        db.Outbox.Add(receipt);
        if (answer == Answer.Refused || before == Answer.Refused)
        {
            await db.TellCoordinatorsAsync(coordinator => Write(LetterKind.Notice, "StudentAnswered", coordinator, "student-answered"), cancellationToken);
        }

        db.Audit.Add(new(now, person, campaignId, "placement.student-answered", placed.Id.ToString(), answer.ToString(), placed.StudentReason));
        await db.SaveChangesAsync(cancellationToken);
        LogAnswered(placed.Id, answer);
        return default(Done);

        OutboxLetter Write(LetterKind kind, string template, Person to, string key) => new(
            LetterId.New(now),
            kind,
            campaignId,
            to,
            // A recall takes them with the result's own.
            $"{ResultLetters.KeyPrefix(found.Publication.Id)}{key}:{placed.Id}:{placed.Version}:{to.Id}",
            templates.Render(template, to.Language, new Dictionary<string, object?>
            {
                ["name"] = to.Name,
                ["year"] = campaign.AcademicYear,
                ["master"] = campaign.Track == Track.MasterInternship,
                ["host"] = found.Host,
                ["offer"] = found.Title.In(to.Language).Text,
                ["student"] = found.Code,
                ["accepted"] = answer == Answer.Accepted,
                ["reason"] = placed.StudentReason is { } code ? texts.Get(to.Language, "refusal." + code) : null,
                ["clocks"] = BothClocks.Say(texts, to.Language, now),
                ["answer_until"] = campaign.AnswerDeadline is { } deadline ? BothClocks.Say(texts, to.Language, deadline) : null,
                ["link"] = mail.Value.Address(kind == LetterKind.Notice ? $"/Campaigns/{campaignId}" : $"/Results/{campaignId}"),
            }),
            now,
            found.Publication.LettersNotBefore(now));
    }

    [LoggerMessage(EventId = 3040, Level = LogLevel.Information, Message = "The student of placement {Placement} answered {Answer}")]
    private partial void LogAnswered(PlacementId placement, Answer answer);
}
