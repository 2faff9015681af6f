using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>
/// A campaign's deadlines as a calendar file. An event keeps its UID for ever and its SEQUENCE rises with the campaign, so that a calendar moves it instead of showing two,
/// and takes it away when it is called off (RFC 5546, 3.2.5).
/// </summary>
public sealed class DeadlineCalendar(Texts texts, IOptions<MailOptions> mail)
{
    /// <summary>In every file that has a campaign's deadline; short enough to stand in one line of it.</summary>
    public static string MarkOf(CampaignId campaign, DeadlineKind kind) => $"UID:{campaign.Value:N}-{kind.ToString().ToLowerInvariant()}@";

    /// <returns>The file; null if none of the deadlines is set.</returns>
    public string? Write(Campaign campaign, IEnumerable<DeadlineKind> kinds, Language language, DateTimeOffset now)
    {
        var calendar = Empty("PUBLISH");
        foreach (var kind in kinds)
        {
            if (campaign.DeadlineOf(kind) is { } deadline)
            {
                calendar.Events.Add(Dated(campaign, kind, deadline, language, now));
            }
        }

        return calendar.Events.Count == 0 ? null : new CalendarSerializer().SerializeToString(calendar);
    }

    /// <summary>Encloses a deadline, in the reader's language; nothing if it is not set.</summary>
    public void Enclose(OutboxLetter letter, Campaign campaign, DeadlineKind kind, DateTimeOffset now)
    {
        if (Write(campaign, [kind], letter.Language, now) is { } file)
        {
            letter.Attach(file);
        }
    }

    /// <summary>Encloses that a deadline is no more.</summary>
    /// <param name="known">When it was.</param>
    public void CallOff(OutboxLetter letter, Campaign campaign, DeadlineKind kind, DateTimeOffset known, DateTimeOffset now)
    {
        var calendar = Empty("CANCEL");
        var one = Event(campaign, kind, known, letter.Language, now);
        one.Status = EventStatus.Cancelled;
        calendar.Events.Add(one);
        letter.Attach(new CalendarSerializer().SerializeToString(calendar)!); // not null: there is an event
    }

    private static Calendar Empty(string method) => new() { ProductId = "-//WUT-AMU Franco-Chinese Institute//WutAmu.Placement//EN", Method = method };

    /// <summary>With its reminders.</summary>
    private CalendarEvent Dated(Campaign campaign, DeadlineKind kind, DateTimeOffset deadline, Language language, DateTimeOffset now)
    {
        var one = Event(campaign, kind, deadline, language, now);
        foreach (var before in ReminderPlan.Slots.Skip(1))
        {
            one.Alarms.Add(new() { Action = AlarmAction.Display, Description = one.Summary, Trigger = new Trigger(Duration.FromTimeSpanExact(-before)) });
        }

        return one;
    }

    private CalendarEvent Event(Campaign campaign, DeadlineKind kind, DateTimeOffset deadline, Language language, DateTimeOffset now)
    {
        return new()
        {
            Uid = MarkOf(campaign.Id, kind)["UID:".Length..] + mail.Value.Domain,
            Sequence = campaign.Version,
            DtStamp = new CalDateTime(now.UtcDateTime, "UTC"),
            Start = new CalDateTime(deadline.UtcDateTime, "UTC"),
            Organizer = new($"mailto:{mail.Value.From}") { CommonName = mail.Value.FromName },
            Summary = texts.Get(language, $"calendar.{kind}", texts.Get(language, "Track." + campaign.Track), campaign.AcademicYear),
            Description = BothClocks.Say(texts, language, deadline),
            Url = new(mail.Value.ServiceAddress),
            Transparency = TransparencyType.Transparent,
        };
    }
}
