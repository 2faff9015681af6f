using System.Collections.Immutable;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>
/// When people who have not acted are reminded of a deadline: 7 days, 2 days and 6 hours before. Asked again and again, it names the one reminder that
/// should be out by now; what a rest of the service made late is not sent after the fact.
/// </summary>
public static class ReminderPlan
{
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

        var slot = Slots[index];
        return IsWorthSending(slot, deadline, now) && (!WaitsForDay(slot) || Daytime.Holds(now, zone)) ? slot : null;
    }

    /// <summary>False once the reminder of <paramref name="slot"/> says nothing that the next one does not: written or not, it is out of date.</summary>
    public static bool IsWorthSending(TimeSpan slot, DateTimeOffset deadline, DateTimeOffset now) =>
        Slots.IndexOf(slot) + 1 is var next && (next == Slots.Length || deadline - Slots[next] - now >= TooCloseToNext);

    /// <summary>True for all but the last: it leaves in its reader's day (<see cref="Daytime"/>) alone, whatever kept it waiting.</summary>
    public static bool WaitsForDay(TimeSpan slot) => slot != Slots[^1];
}
