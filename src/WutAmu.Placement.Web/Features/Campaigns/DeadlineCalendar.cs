using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>A campaign's deadlines as a calendar file. An event keeps its UID for ever and its SEQUENCE rises with the campaign, so that a calendar moves it instead of showing two.</summary>
public sealed class DeadlineCalendar(Texts texts, IOptions<MailOptions> mail)
{
    /// <returns>The file; null if none of the deadlines is set.</returns>
    public string? Write(Campaign campaign, IEnumerable<DeadlineKind> kinds, Language language, DateTimeOffset now)
    {
        var calendar = new Calendar { ProductId = "-//WUT-AMU Franco-Chinese Institute//WutAmu.Placement//EN", Method = "PUBLISH" };
        foreach (var kind in kinds)
        {
            if (campaign.DeadlineOf(kind) is { } deadline)
            {
                calendar.Events.Add(Event(campaign, kind, deadline, language, now));
            }
        }

        return calendar.Events.Count == 0 ? null : new CalendarSerializer().SerializeToString(calendar);
    }

    private CalendarEvent Event(Campaign campaign, DeadlineKind kind, DateTimeOffset deadline, Language language, DateTimeOffset now)
    {
        var title = texts.Get(language, $"calendar.{kind}", texts.Get(language, "Track." + campaign.Track), campaign.AcademicYear);
        var one = new CalendarEvent
        {
            Uid = $"{campaign.Id.Value:N}-{kind.ToString().ToLowerInvariant()}@{mail.Value.Domain}",
            Sequence = campaign.Version,
            DtStamp = new CalDateTime(now.UtcDateTime, "UTC"),
            Start = new CalDateTime(deadline.UtcDateTime, "UTC"),
            Summary = title,
            Description = BothClocks.Say(texts, language, deadline),
            Url = new(mail.Value.ServiceAddress),
            Transparency = TransparencyType.Transparent,
        };
        foreach (var before in ReminderPlan.Slots.Skip(1))
        {
            one.Alarms.Add(new() { Action = AlarmAction.Display, Description = title, Trigger = new Trigger(Duration.FromTimeSpanExact(-before)) });
        }

        return one;
    }
}
