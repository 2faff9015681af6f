using System.Text;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Mail;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>The days of a placement as one all-day event.</summary>
public sealed class PlacementCalendar(IOptions<MailOptions> mail)
{
    /// <param name="place">With a first day; without a last one the event is that day.</param>
    public byte[] Write(PlacementId placement, ResultsModel.PlaceLine place, Language language, DateTimeOffset now)
    {
        var first = place.StartsOn ?? throw new ArgumentException("The place has no first day.", nameof(place));
        var calendar = new Calendar { ProductId = "-//WUT-AMU Franco-Chinese Institute//WutAmu.Placement//EN", Method = "PUBLISH" };
        calendar.Events.Add(new CalendarEvent
        {
            Uid = $"{placement.Value:N}@{mail.Value.Domain}",
            DtStamp = new CalDateTime(now.UtcDateTime, "UTC"),
            Start = new CalDateTime(first),
            // The end of an all-day event is the day after its last one (RFC 5545, 3.6.1).
            End = new CalDateTime((place.EndsOn ?? first).AddDays(1)),
            Summary = $"{place.Host} – {place.Title.In(language).Text}",
            Location = place.Campus.Length > 0 ? place.Campus : null,
            Transparency = TransparencyType.Transparent,
        });
        return Encoding.UTF8.GetBytes(new CalendarSerializer().SerializeToString(calendar) ?? "");
    }
}
