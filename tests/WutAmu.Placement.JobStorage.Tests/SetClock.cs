namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>Stands still at an hour of its own until a test moves it.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 10, 14, 25, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
