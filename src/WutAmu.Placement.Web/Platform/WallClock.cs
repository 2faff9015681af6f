namespace WutAmu.Placement.Web.Platform;

/// <summary>The one place where a local date and time meets a zone.</summary>
public static class WallClock
{
    public static TimeZoneInfo Marseille { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    public static TimeZoneInfo Wuhan { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>Noon: a deadline at midnight is read as the wrong day by half its readers.</summary>
    public static TimeOnly DefaultDeadline { get; } = new(12, 0);

    /// <summary>The instants a local time in Marseille may mean, earliest first: none in the hour skipped in spring, two in the hour doubled in autumn, else one.</summary>
    public static IReadOnlyList<DateTimeOffset> InstantsOf(DateOnly date, TimeOnly time)
    {
        var local = date.ToDateTime(time, DateTimeKind.Unspecified);
        if (Marseille.IsInvalidTime(local))
        {
            return [];
        }

        TimeSpan[] offsets = Marseille.IsAmbiguousTime(local) ? Marseille.GetAmbiguousTimeOffsets(local) : [Marseille.GetUtcOffset(local)];
        return [.. offsets.Select(offset => new DateTimeOffset(local, offset).ToUniversalTime()).Order()];
    }
}
