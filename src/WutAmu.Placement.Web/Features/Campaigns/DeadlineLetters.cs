using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>What deadlines say to whom: reminders to those who have not acted, and to coordinators that a campaign moved or waits.</summary>
public sealed class DeadlineLetters(LetterTemplates templates, DeadlineCalendar calendar, Texts texts, IOptions<MailOptions> mail)
{
    /// <param name="slot">One of <see cref="ReminderPlan.Slots"/>.</param>
    public OutboxLetter Reminder(Campaign campaign, Silent one, TimeSpan slot, string key, DateTimeOffset now)
    {
        var (template, path) = one.Kind switch
        {
            DeadlineKind.Declaration => ("HostReminder", $"/Campaigns/{campaign.Id}/Hosts/{one.Subject}"),
            DeadlineKind.Ranking => ("RankingReminder", "/"),
            _ => ("AnswerReminder", $"/Results/{campaign.Id}"),
        };
        var model = About(campaign, one.Person);
        model["host"] = one.Host?.Name;
        model["until"] = BothClocks.Say(texts, one.Person.Language, one.Deadline);
        model["link"] = mail.Value.Address(path);
        var letter = Letter(LetterKind.Reminder, template, campaign, one.Person, key, model, now);
        // The minutely job withdraws what waits; this holds for the minute, and for a mail server that was away.
        letter.ExpireAfter(one.Deadline);
        if (ReminderPlan.WaitsForDay(slot))
        {
            letter.LeaveByDay();
        }

        calendar.Enclose(letter, campaign, one.Kind, now);
        return letter;
    }

    /// <summary>To somebody concerned: a deadline is another one now.</summary>
    /// <param name="hosts">Those that the reader heads and that have not declared; none: the reader has declared and has the date in a calendar.</param>
    /// <param name="known">The deadline of which the reader had heard; null: there was none.</param>
    public OutboxLetter Changed(Campaign campaign, DeadlineKind kind, Person person, IReadOnlyList<string> hosts, DateTimeOffset? known, string key, DateTimeOffset now, DateTimeOffset notBefore)
    {
        var (template, path) = kind switch
        {
            DeadlineKind.Declaration => ("DeclarationDeadline", "/Hosts"),
            DeadlineKind.Ranking => ("RankingDeadline", $"/Rankings/{campaign.Id}"),
            _ => ("AnswerDeadline", $"/Results/{campaign.Id}"),
        };
        var model = About(campaign, person);
        model["hosts"] = hosts;
        model["before"] = known is { } earlier ? BothClocks.Say(texts, person.Language, earlier) : null;
        model["until"] = campaign.DeadlineOf(kind) is { } deadline ? BothClocks.Say(texts, person.Language, deadline) : null;
        model["link"] = mail.Value.Address(path);
        var letter = Letter(LetterKind.Notice, template, campaign, person, key, model, now, notBefore);
        calendar.Enclose(letter, campaign, kind, now);
        if (campaign.DeadlineOf(kind) is null && known is { } gone)
        {
            calendar.CallOff(letter, campaign, kind, gone, now);
        }

        return letter;
    }

    /// <summary>To a coordinator: the deadline moved the campaign.</summary>
    public OutboxLetter Moved(Campaign campaign, CampaignState from, Person coordinator, DateTimeOffset now) =>
        ToCoordinator("CampaignMoved", campaign, from, [], coordinator, now);

    /// <summary>To a coordinator: the deadline has passed and the campaign waits for them.</summary>
    public OutboxLetter Waits(Campaign campaign, IReadOnlyList<ReadinessItem> open, Person coordinator, DateTimeOffset now) =>
        ToCoordinator("CampaignWaits", campaign, campaign.State, open, coordinator, now);

    private OutboxLetter ToCoordinator(string template, Campaign campaign, CampaignState from, IReadOnlyList<ReadinessItem> open, Person coordinator, DateTimeOffset now)
    {
        var deadline = campaign.DeadlineOf(from == CampaignState.Declaring ? DeadlineKind.Declaration : DeadlineKind.Ranking) ?? now;
        var model = About(campaign, coordinator);
        model["state"] = texts.Get(coordinator.Language, "CampaignState." + campaign.State);
        model["deadline"] = BothClocks.Say(texts, coordinator.Language, deadline);
        model["items"] = open.Select(item => texts.Get(coordinator.Language, "problem." + item.Problem.Code, [.. item.Problem.Arguments])).ToList();
        model["link"] = mail.Value.Address($"/Campaigns/{campaign.Id}");
        // Once for each deadline.
        return Letter(LetterKind.Notice, template, campaign, coordinator, $"{template}:{campaign.Id}:{from}:{deadline.ToUnixTimeSeconds()}:{coordinator.Id}", model, now);
    }

    private Dictionary<string, object?> About(Campaign campaign, Person person) => new()
    {
        ["name"] = person.Name,
        ["year"] = campaign.AcademicYear,
        ["track"] = texts.Get(person.Language, "Track." + campaign.Track),
        ["master"] = campaign.Track == Track.MasterInternship,
    };

    private OutboxLetter Letter(LetterKind kind, string template, Campaign campaign, Person person, string key, Dictionary<string, object?> model, DateTimeOffset now, DateTimeOffset? notBefore = null) =>
        new(LetterId.Of(key, person.Id), kind, campaign.Id, person, key, templates.Render(template, person.Language, model), now, notBefore ?? now);
}
