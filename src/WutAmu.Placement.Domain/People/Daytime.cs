namespace WutAmu.Placement.Domain.People;

/// <summary>The hours in which somebody may be written to who did not ask for it: from 08:00, included, until 20:00, excluded, of their own zone.</summary>
public static class Daytime
{
    private static readonly TimeOnly Begins = new(8, 0);
    private static readonly TimeOnly Ends = new(20, 0);

    public static bool Holds(DateTimeOffset now, TimeZoneInfo zone) =>
        TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime) is var clock && clock >= Begins && clock < Ends;

    /// <summary>The first instant of a day at or after <paramref name="now"/>; <paramref name="now"/> itself within one. No zone changes its clocks at 08:00.</summary>
    public static DateTimeOffset From(DateTimeOffset now, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (Holds(now, zone))
        {
            return now;
        }

        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var morning = DateOnly.FromDateTime(local).AddDays(TimeOnly.FromDateTime(local) < Begins ? 0 : 1).ToDateTime(Begins);
        return new DateTimeOffset(morning, zone.GetUtcOffset(morning)).ToUniversalTime();
    }
}
