using System.Globalization;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>One deadline as typed: a date and a time in Marseille, and which of two instants where the hour is doubled.</summary>
public sealed class DeadlineForm
{
    public DateOnly? Date { get; set; }

    public TimeOnly? Time { get; set; }

    /// <summary>1: the earlier instant of a doubled hour (summer time), 2: the later; null: not said.</summary>
    public int? Which { get; set; }

    /// <summary>True once the typed hour turned out to be doubled: the page then asks which.</summary>
    public bool IsDoubled => Date is { } date && WallClock.InstantsOf(date, Time ?? WallClock.DefaultDeadline).Count > 1;

    public string? DateText => Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Seconds only where there are some, as a browser's time field writes them.</summary>
    public string TimeText => (Time ?? WallClock.DefaultDeadline) is var time && time.Second == 0 ? time.ToString("HH:mm", CultureInfo.InvariantCulture) : time.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static DeadlineForm Of(DateTimeOffset? instant)
    {
        if (instant is not { } at)
        {
            return new();
        }

        var local = TimeZoneInfo.ConvertTime(at, WallClock.Marseille);
        var form = new DeadlineForm { Date = DateOnly.FromDateTime(local.DateTime), Time = TimeOnly.FromDateTime(local.DateTime) };
        form.Which = form.IsDoubled ? WallClock.InstantsOf(form.Date.Value, form.Time.Value).ToList().IndexOf(at.ToUniversalTime()) + 1 : null;
        return form;
    }

    /// <returns>The instant, null if no date was typed; or problem <c>deadline.missing-hour</c>, <c>deadline.doubled-hour</c>.</returns>
    public Result<Typed> Read(string field)
    {
        if (Date is not { } date)
        {
            return new Typed(null);
        }

        var time = Time ?? WallClock.DefaultDeadline;
        return WallClock.InstantsOf(date, time) switch
        {
            [] => Problem.On(field, "deadline.missing-hour", date, time),
            [var only] => new Typed(only),
            var two when Which is 1 or 2 => new Typed(two[Which.Value - 1]),
            _ => Problem.On(field, "deadline.doubled-hour", date, time),
        };
    }

    public readonly record struct Typed(DateTimeOffset? Instant);
}
