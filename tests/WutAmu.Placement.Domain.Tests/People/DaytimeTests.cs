using System.Globalization;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Tests.People;

public sealed class DaytimeTests
{
    [Theory]
    [InlineData("2027-01-13T06:59:59.9999999Z", "Europe/Paris", "2027-01-13T07:00:00Z")] // a moment before 08:00
    [InlineData("2027-01-13T07:00:00Z", "Europe/Paris", null)]
    [InlineData("2027-01-13T18:59:59.9999999Z", "Europe/Paris", null)]
    [InlineData("2027-01-13T19:00:00Z", "Europe/Paris", "2027-01-14T07:00:00Z")] // 20:00
    [InlineData("2027-01-13T23:30:00Z", "Europe/Paris", "2027-01-14T07:00:00Z")] // after midnight there, before it here
    [InlineData("2027-01-13T12:00:00Z", "Asia/Shanghai", "2027-01-14T00:00:00Z")]
    [InlineData("2027-01-13T16:00:00Z", "Asia/Shanghai", "2027-01-14T00:00:00Z")]
    [InlineData("2027-03-27T20:00:00Z", "Europe/Paris", "2027-03-28T06:00:00Z")] // summer time begins in this night
    [InlineData("2027-10-30T20:00:00Z", "Europe/Paris", "2027-10-31T07:00:00Z")] // and ends in this
    public void A_night_ends_at_eight_by_the_readers_clock(string now, string zone, string? morning)
    {
        var (instant, there) = (At(now), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Daytime.Holds(instant, there).Should().Be(morning is null);
        Daytime.From(instant, there).Should().Be(At(morning ?? now));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
