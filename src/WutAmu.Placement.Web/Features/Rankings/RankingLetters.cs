using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>The receipt of a submitted list, to the student alone.</summary>
public sealed class RankingLetters(PlacementDb db, LetterTemplates templates, DeadlineCalendar calendar, Texts texts, IOptions<MailOptions> mail)
{
    public async Task<OutboxLetter> ReceiptAsync(Campaign campaign, Student student, Ranking ranking, RankingVersion version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == student.Person, cancellationToken);
        var offers = await (
            from offer in db.Offers.AsNoTracking().Where(o => o.Campaign == campaign.Id)
            join host in db.Hosts on offer.Host equals host.Id
            select new { offer.Id, offer.Code, offer.Title, host.Name }).ToDictionaryAsync(o => o.Id, cancellationToken);
        var lines = version.Choices.Groups.SelectMany((group, i) => group.Select(id =>
        {
            var offer = offers[id];
            return texts.Get(person.Language, group.Length > 1 ? "ranking.line.tied" : "ranking.line", i + 1, offer.Code, offer.Title.In(person.Language).Text, offer.Name);
        }));
        var letter = new OutboxLetter(
            LetterId.New(now),
            LetterKind.RankingReceipt,
            campaign.Id,
            person,
            $"ranking:{ranking.Id}:{version.Number}",
            templates.Render("RankingReceipt", person.Language, new Dictionary<string, object?>
            {
                ["name"] = person.Name,
                ["year"] = campaign.AcademicYear,
                ["master"] = campaign.Track == Track.MasterInternship,
                ["version"] = version.Number,
                ["hash"] = version.Choices.ShortHash(),
                ["clocks"] = BothClocks.Say(texts, person.Language, version.SubmittedAt),
                ["until"] = campaign.RankingDeadline is { } deadline ? BothClocks.Say(texts, person.Language, deadline) : null,
                ["choices"] = lines.ToList(),
                ["any_other"] = version.AnyOther,
                ["sentence"] = texts.Get(person.Language, "policy." + (PolicyName.TryParse(campaign.Policy, out var policy) ? policy.Name : campaign.Policy)),
                ["seed"] = campaign.LotterySeed,
                ["link"] = mail.Value.Address($"/Rankings/{campaign.Id}/Versions/{version.Number}"),
            }),
            now,
            now);
        calendar.Enclose(letter, campaign, DeadlineKind.Ranking, now);
        return letter;
    }
}
