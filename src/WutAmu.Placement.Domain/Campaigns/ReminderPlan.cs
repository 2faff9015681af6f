using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>
/// When people who have not acted are reminded of a deadline: 7 days, 2 days and 6 hours before. Asked again and again, it names the one reminder that
/// should be out by now; what a rest of the service made late is not sent after the fact.
/// </summary>
public static class ReminderPlan
{
    /// <summary>First and last hour of the recipient's day: from 08:00, and before 20:00.</summary>
    public const int DayBegins = 8;

    /// <inheritdoc cref="DayBegins"/>
    public const int DayEnds = 20;

    /// <summary>A reminder this close to the next one says nothing that the next one does not.</summary>
    public static readonly TimeSpan TooCloseToNext = TimeSpan.FromHours(12);

    /// <summary>Times before the deadline, the earliest reminder first.</summary>
    public static ImmutableArray<TimeSpan> Slots { get; } = [TimeSpan.FromDays(7), TimeSpan.FromDays(2), TimeSpan.FromHours(6)];

    /// <param name="deadline">Last instant at which one may act.</param>
    /// <param name="known">Since when the deadline stands and its phase is open: a reminder that would have been due before never existed.</param>
    /// <param name="zone">The recipient's; the last reminder alone may come in their night.</param>
    /// <returns>The slot whose reminder should be out at <paramref name="now"/>; null: none.</returns>
    public static TimeSpan? Due(DateTimeOffset deadline, DateTimeOffset known, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (now >= deadline)
        {
            return null;
        }

        var index = Slots.Length - 1;
        while (index >= 0 && deadline - Slots[index] > now)
        {
            index--;
        }

        if (index < 0 || deadline - Slots[index] < known)
        {
            return null;
        }

        if (index == Slots.Length - 1)
        {
            return Slots[index];
        }

        var hour = TimeZoneInfo.ConvertTime(now, zone).Hour;
        return hour is >= DayBegins and < DayEnds && deadline - Slots[index + 1] - now >= TooCloseToNext ? Slots[index] : null;
    }
}
