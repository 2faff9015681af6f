using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>The clock was ten years ahead and has been set back: what the dead held then is free again, what the living hold is theirs.</summary>
public sealed class ClockTests : StorageFile
{
    private static readonly string[] Default = ["default"];

    private readonly SetClock clock = new();
    private readonly SQLiteStorage storage;
    private readonly StrandedHolds stranded;

    public ClockTests()
    {
        storage = Open(options => options.TimeProvider = clock);
        stranded = new(storage.Database, new SQLiteStorageOptions());
    }

    [Fact]
    public void A_job_and_a_lock_of_a_dead_process_are_free_after_two_looks()
    {
        var id = Enqueue();
        InTheFuture(() =>
        {
            // No Dispose: it died.
            var dead = Open(options => options.TimeProvider = clock);
            var connection = dead.GetConnection();
            connection.FetchNextJob(Default, CancellationToken.None);
            connection.AcquireDistributedLock("resource", TimeSpan.Zero);
        });
        using var mine = storage.GetConnection();

        var first = stranded.Free();
        FluentActions.Invoking(() => mine.AcquireDistributedLock("resource", TimeSpan.Zero)).Should().Throw<Hangfire.Storage.DistributedLockTimeoutException>("its owner may live and not have renewed yet");
        var second = stranded.Free();

        (first, second).Should().Be((0, 2));
        mine.FetchNextJob(Default, CancellationToken.None).JobId.Should().Be(id);
        mine.AcquireDistributedLock("resource", TimeSpan.Zero).Dispose();
    }

    [Fact]
    public void Whoever_lives_keeps_what_it_holds()
    {
        Enqueue();
        var connection = storage.GetConnection();
        FetchedJob? held = null;
        InTheFuture(() =>
        {
            held = (FetchedJob)connection.FetchNextJob(Default, CancellationToken.None);
            connection.AcquireDistributedLock("resource", TimeSpan.Zero);
        });

        stranded.Free();
        storage.KeepAlive.Renew(); // five times between two looks
        stranded.Free().Should().Be(0);
        stranded.Free().Should().Be(0);

        storage.KeepAlive.Holds(held!).Should().BeTrue(); // not null: fetched
        storage.GetMonitoringApi().EnqueuedCount("default").Should().Be(0);
    }

    [Fact]
    public void A_lease_that_is_only_longer_than_ours_is_left_alone()
    {
        Enqueue();
        using var patient = Open(options =>
        {
            options.TimeProvider = clock;
            options.InvisibilityTimeout = TimeSpan.FromMinutes(10);
        });
        using var connection = patient.GetConnection();
        using var job = connection.FetchNextJob(Default, CancellationToken.None);

        stranded.Free();

        stranded.Free().Should().Be(0);
    }

    public override void Dispose()
    {
        storage.Dispose();
        base.Dispose();
    }

    private void InTheFuture(Action happen)
    {
        var now = clock.Now;
        clock.Now = now.AddYears(10);
        happen();
        clock.Now = now;
    }
}
