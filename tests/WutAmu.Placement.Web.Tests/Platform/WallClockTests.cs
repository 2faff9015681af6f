using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Tests.Platform;

public sealed class WallClockTests
{
    [Theory]
    [InlineData(2027, 1, 15, 11)]
    [InlineData(2027, 7, 15, 10)]
    public void Noon_in_Marseille_is_one_instant_in_winter_and_in_summer(int year, int month, int day, int utcHour) =>
        WallClock.InstantsOf(new(year, month, day), WallClock.DefaultDeadline)
            .Should().Equal(new DateTimeOffset(year, month, day, utcHour, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_hour_skipped_in_spring_means_no_instant() =>
        WallClock.InstantsOf(new(2027, 3, 28), new(2, 30)).Should().BeEmpty();

    [Fact]
    public void The_hour_doubled_in_autumn_means_two_instants_earliest_first() =>
        WallClock.InstantsOf(new(2027, 10, 31), new(2, 30)).Should().Equal(
            new DateTimeOffset(2027, 10, 31, 0, 30, 0, TimeSpan.Zero),
            new DateTimeOffset(2027, 10, 31, 1, 30, 0, TimeSpan.Zero));

    [Fact]
    public void An_instant_is_given_in_universal_time() =>
        WallClock.InstantsOf(new(2027, 7, 15), new(12, 0)).Single().Offset.Should().Be(TimeSpan.Zero);
}
