using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Domain.Tests.Campaigns;

public sealed class ReminderPlanTests
{
    private static readonly TimeZoneInfo Wuhan = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo Marseille = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>Noon in Marseille, 19:00 in Wuhan, in winter.</summary>
    private static readonly DateTimeOffset Deadline = new(2027, 1, 20, 11, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2027-01-13T10:59:59Z", null)]
    [InlineData("2027-01-13T11:00:00Z", 168)]
    [InlineData("2027-01-15T03:00:00Z", 168)]
    [InlineData("2027-01-18T10:59:59Z", null)] // the next says the same
    [InlineData("2027-01-18T11:00:00Z", 48)]
    [InlineData("2027-01-20T04:59:59Z", null)]
    [InlineData("2027-01-20T05:00:00Z", 6)]
    [InlineData("2027-01-20T10:59:59Z", 6)]
    [InlineData("2027-01-20T11:00:00Z", null)]
    [InlineData("2027-02-20T11:00:00Z", null)]
    public void Each_slot_is_due_from_its_time_until_the_next_is_near_or_the_deadline_is_there(string now, int? hours) =>
        ReminderPlan.Due(Deadline, DateTimeOffset.MinValue, At(now), Wuhan).Should().Be(hours is { } slot ? TimeSpan.FromHours(slot) : null);

    [Theory]
    [InlineData("2027-01-13T11:59:59Z", true)] // 19:59 in Wuhan
    [InlineData("2027-01-13T12:00:00Z", false)] // 20:00
    [InlineData("2027-01-13T23:59:59Z", false)] // 07:59
    [InlineData("2027-01-14T00:00:00Z", true)] // 08:00
    public void Nobody_is_reminded_in_their_night(string now, bool due) =>
        ReminderPlan.Due(Deadline, DateTimeOffset.MinValue, At(now), Wuhan).HasValue.Should().Be(due);

    [Fact]
    public void The_night_is_the_readers_own()
    {
        var now = At("2027-01-14T06:30:00Z"); // 14:30 in Wuhan, 07:30 in Marseille

        ReminderPlan.Due(Deadline, DateTimeOffset.MinValue, now, Wuhan).Should().NotBeNull();
        ReminderPlan.Due(Deadline, DateTimeOffset.MinValue, now, Marseille).Should().BeNull();
    }

    [Fact]
    public void The_last_reminder_may_come_in_the_night()
    {
        var deadline = At("2027-01-20T22:00:00Z"); // 06:00 in Wuhan

        ReminderPlan.Due(deadline, DateTimeOffset.MinValue, At("2027-01-20T16:00:00Z"), Wuhan).Should().Be(TimeSpan.FromHours(6), "it is midnight in Wuhan, and afterwards it is too late");
    }

    [Theory]
    [InlineData("2027-01-13T11:00:01Z", false)]
    [InlineData("2027-01-13T11:00:00Z", true)]
    public void A_reminder_of_a_time_before_the_deadline_was_set_never_existed(string known, bool due) =>
        ReminderPlan.Due(Deadline, At(known), At("2027-01-14T03:00:00Z"), Wuhan).HasValue.Should().Be(due);

    [Fact]
    public void After_a_long_rest_only_the_latest_is_due() =>
        ReminderPlan.Due(Deadline, DateTimeOffset.MinValue, At("2027-01-20T06:00:00Z"), Wuhan).Should().Be(TimeSpan.FromHours(6), "those of 7 and 2 days were slept through");

    [Theory]
    [InlineData(168, "2027-01-17T23:00:00Z", true)] // twelve hours before the next
    [InlineData(168, "2027-01-17T23:00:01Z", false)]
    [InlineData(48, "2027-01-19T17:00:00Z", true)]
    [InlineData(48, "2027-01-19T17:00:01Z", false)]
    [InlineData(6, "2027-01-20T10:59:59Z", true)] // no other comes
    public void A_reminder_that_waited_is_overtaken_by_the_next(int hours, string now, bool worth) =>
        ReminderPlan.IsWorthSending(TimeSpan.FromHours(hours), Deadline, At(now)).Should().Be(worth);

    [Fact]
    public void All_but_the_last_wait_for_the_day() =>
        ReminderPlan.Slots.Select(ReminderPlan.WaitsForDay).Should().Equal(true, true, false);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
