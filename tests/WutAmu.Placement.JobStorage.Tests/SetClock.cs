namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>Stands still at an hour of its own until a test moves it; its timers fire when a test says so.</summary>
internal sealed class SetClock : TimeProvider
{
    private readonly List<SetTimer> timers = [];

    public DateTimeOffset Now { get; set; } = new(2026, 3, 10, 14, 25, 0, TimeSpan.Zero);

    public IReadOnlyList<SetTimer> Timers => timers;

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SetTimer(() => callback(state), dueTime, period);
        timers.Add(timer);
        return timer;
    }

    internal sealed class SetTimer(Action fire, TimeSpan dueTime, TimeSpan period) : ITimer
    {
        public TimeSpan DueTime => dueTime;

        public TimeSpan Period => period;

        public bool IsDisposed { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
