using System.Globalization;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage.Monitoring;

namespace Hangfire.Storage.SQLite;

/// <summary>What the dashboard shows. Lists are materialised before they are returned: a long read would hold up the log.</summary>
internal sealed class StorageMonitor(Database database) : JobStorageMonitor
{
    public override IList<QueueWithTopEnqueuedJobsDto> Queues() => database.ReadSnapshot(session =>
        session.Query("SELECT DISTINCT name FROM queue ORDER BY name", row => row.GetString(0))
            .ConvertAll(name => new QueueWithTopEnqueuedJobsDto
            {
                Name = name,
                Length = Enqueued(session, name),
                Fetched = Fetched(session, name),
                FirstJobs = EnqueuedJobs(session, name, 0, 5),
            }));

    public override IList<ServerDto> Servers() => database.Read(session => session.Query(
        "SELECT id, worker_count, queues, started_at, heartbeat_at FROM server ORDER BY id",
        row => new ServerDto
        {
            Name = row.GetString(0),
            WorkersCount = row.GetInt32(1),
            Queues = SerializationHelper.Deserialize<string[]>(row.GetString(2)),
            StartedAt = Database.Instant(row.GetInt64(3)),
            Heartbeat = Database.Instant(row.GetInt64(4)),
        }));

    public override JobDetailsDto? JobDetails(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (Database.ParseId(jobId) is not { } id)
        {
            return null;
        }

        return database.ReadSnapshot(session =>
        {
            var details = session.First("SELECT invocation, created_at, expire_at, parameters FROM job WHERE id=$1", row =>
            {
                var (invocation, job, problem) = JobRows.Load(row.GetString(0));
                return new JobDetailsDto
                {
                    Job = job,
                    InvocationData = invocation,
                    LoadException = problem,
                    CreatedAt = Database.Instant(row.GetInt64(1)),
                    ExpireAt = row.IsDBNull(2) ? null : Database.Instant(row.GetInt64(2)),
                    Properties = JobRows.DeserializeParameters(row.IsDBNull(3) ? null : row.GetString(3)),
                };
            }, id);
            if (details is not null)
            {
                details.History = session.Query(
                    "SELECT name, reason, created_at, data FROM state WHERE job_id=$1 ORDER BY id DESC",
                    row => new StateHistoryDto
                    {
                        StateName = row.GetString(0),
                        Reason = row.IsDBNull(1) ? null : row.GetString(1),
                        CreatedAt = Database.Instant(row.GetInt64(2)),
                        Data = JobRows.DeserializeState(row.GetString(3)),
                    },
                    id);
            }

            return details;
        });
    }

    public override StatisticsDto GetStatistics() => database.ReadSnapshot(session => new StatisticsDto
    {
        Enqueued = InState(session, EnqueuedState.StateName),
        Failed = InState(session, FailedState.StateName),
        Processing = InState(session, ProcessingState.StateName),
        Scheduled = InState(session, ScheduledState.StateName),
        Awaiting = InState(session, AwaitingState.StateName),
        Servers = session.Number("SELECT count(*) FROM server"),
        Queues = session.Number("SELECT count(DISTINCT name) FROM queue"),
        Succeeded = Counter(session, "stats:succeeded"),
        Deleted = Counter(session, "stats:deleted"),
        Recurring = SetCount(session, "recurring-jobs"),
        Retries = SetCount(session, "retries"),
    });

    public override JobList<EnqueuedJobDto> EnqueuedJobs(string queue, int from, int perPage) =>
        database.Read(session => EnqueuedJobs(session, NotNull(queue), from, perPage));

    public override JobList<FetchedJobDto> FetchedJobs(string queue, int from, int perPage) =>
        database.Read(session => new JobList<FetchedJobDto>(QueuedJobs(session, NotNull(queue), "NOT NULL", from, perPage, job => new FetchedJobDto
        {
            Job = job.Job,
            InvocationData = job.Invocation,
            LoadException = job.Problem,
            State = job.State,
            FetchedAt = job.FetchedAt,
        })));

    public override JobList<ProcessingJobDto> ProcessingJobs(int from, int count) => Jobs(ProcessingState.StateName, from, count, job => new ProcessingJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.Problem,
        InProcessingState = true,
        ServerId = job.Text("ServerId") ?? job.Text("ServerName"),
        StartedAt = job.Time("StartedAt") ?? job.StateAt,
        StateData = job.Data,
    }, newestFirst: false);

    public override JobList<ScheduledJobDto> ScheduledJobs(int from, int count) => Jobs(ScheduledState.StateName, from, count, job => new ScheduledJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.Problem,
        InScheduledState = true,
        EnqueueAt = job.Time("EnqueueAt") ?? DateTime.MinValue,
        ScheduledAt = job.Time("ScheduledAt") ?? job.StateAt,
        StateData = job.Data,
    }, newestFirst: false);

    public override JobList<SucceededJobDto> SucceededJobs(int from, int count) => Jobs(SucceededState.StateName, from, count, job => new SucceededJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.Problem,
        InSucceededState = true,
        Result = job.Text("Result"),
        TotalDuration = job.Number("PerformanceDuration") + job.Number("Latency"),
        SucceededAt = job.Time("SucceededAt") ?? job.StateAt,
        StateData = job.Data,
    }, newestFirst: true);

    public override JobList<FailedJobDto> FailedJobs(int from, int count) => Jobs(FailedState.StateName, from, count, job => new FailedJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.Problem,
        InFailedState = true,
        Reason = job.Reason,
        ExceptionType = job.Text("ExceptionType"),
        ExceptionMessage = job.Text("ExceptionMessage"),
        ExceptionDetails = job.Text("ExceptionDetails"),
        FailedAt = job.Time("FailedAt") ?? job.StateAt,
        StateData = job.Data,
    }, newestFirst: true);

    public override JobList<DeletedJobDto> DeletedJobs(int from, int count) => Jobs(DeletedState.StateName, from, count, job => new DeletedJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.Problem,
        InDeletedState = true,
        DeletedAt = job.Time("DeletedAt") ?? job.StateAt,
        StateData = job.Data,
    }, newestFirst: true);

    public override JobList<AwaitingJobDto> AwaitingJobs(int from, int count) => Jobs(AwaitingState.StateName, from, count, job => new AwaitingJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.Problem,
        InAwaitingState = true,
        AwaitingAt = job.StateAt,
        StateData = job.Data,
        ParentStateName = job.ParentState,
    }, newestFirst: false);

    public override long ScheduledCount() => InState(ScheduledState.StateName);

    public override long EnqueuedCount(string queue) => database.Read(session => Enqueued(session, NotNull(queue)));

    public override long FetchedCount(string queue) => database.Read(session => Fetched(session, NotNull(queue)));

    public override long FailedCount() => InState(FailedState.StateName);

    public override long ProcessingCount() => InState(ProcessingState.StateName);

    public override long SucceededListCount() => InState(SucceededState.StateName);

    public override long DeletedListCount() => InState(DeletedState.StateName);

    public override long AwaitingCount() => InState(AwaitingState.StateName);

    public override IDictionary<DateTime, long> SucceededByDatesCount() => ByDay("succeeded");

    public override IDictionary<DateTime, long> FailedByDatesCount() => ByDay("failed");

    public override IDictionary<DateTime, long> DeletedByDatesCount() => ByDay("deleted");

    public override IDictionary<DateTime, long> HourlySucceededJobs() => ByHour("succeeded");

    public override IDictionary<DateTime, long> HourlyFailedJobs() => ByHour("failed");

    public override IDictionary<DateTime, long> HourlyDeletedJobs() => ByHour("deleted");

    private static string NotNull(string queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue;
    }

    private static long Enqueued(Session session, string queue) =>
        session.Number("SELECT count(*) FROM queue WHERE name=$1 AND fetched_at IS NULL", queue);

    private static long Fetched(Session session, string queue) =>
        session.Number("SELECT count(*) FROM queue WHERE name=$1 AND fetched_at IS NOT NULL", queue);

    private static long InState(Session session, string state) => session.Number("SELECT count(*) FROM job WHERE state_name=$1", state);

    private static long Counter(Session session, string key) => session.Number("SELECT value FROM counter WHERE key=$1", key);

    private static long SetCount(Session session, string key) => session.Number("""SELECT count(*) FROM "set" WHERE key=$1""", key);

    private static JobList<EnqueuedJobDto> EnqueuedJobs(Session session, string queue, int from, int count) =>
        new(QueuedJobs(session, queue, "NULL", from, count, job => new EnqueuedJobDto
        {
            Job = job.Job,
            InvocationData = job.Invocation,
            LoadException = job.Problem,
            State = job.State,
            InEnqueuedState = job.IsEnqueued,
            EnqueuedAt = job.IsEnqueued ? job.Time("EnqueuedAt") ?? job.StateAt : null,
            StateData = job.Data,
        }));

    /// <summary>A row whose job has expired is listed with null: the dashboard says so.</summary>
    private static List<KeyValuePair<string, T>> QueuedJobs<T>(
        Session session, string queue, string fetchedAt, int from, int count, Func<JobRow, T> show)
        where T : class => session.Query(
            $"""
            SELECT q.job_id, j.invocation, j.state_name, s.reason, s.created_at, s.data, q.fetched_at
            FROM queue q LEFT JOIN job j ON j.id=q.job_id LEFT JOIN state s ON s.id=j.state_id
            WHERE q.name=$1 AND q.fetched_at IS {fetchedAt} ORDER BY q.id LIMIT $3 OFFSET $2
            """,
            row => KeyValuePair.Create(JobRows.Id(row.GetInt64(0)), row.IsDBNull(1) ? null! : show(new JobRow(row))), // null: see above
            queue, (long)from, (long)Math.Max(0, count));

    /// <summary>In the order in which the jobs reached the state; finished ones newest first, those still to come oldest first.</summary>
    private JobList<T> Jobs<T>(string state, int from, int count, Func<JobRow, T> show, bool newestFirst) => database.Read(session => new JobList<T>(session.Query(
        $"""
        SELECT j.id, j.invocation, j.state_name, s.reason, s.created_at, s.data, NULL,
            (SELECT p.state_name FROM job p WHERE p.id=CAST(s.data->>'ParentId' AS INTEGER))
        FROM job j JOIN state s ON s.id=j.state_id WHERE j.state_name=$1 ORDER BY j.state_id {(newestFirst ? "DESC" : "ASC")} LIMIT $3 OFFSET $2
        """,
        row => KeyValuePair.Create(JobRows.Id(row.GetInt64(0)), show(new JobRow(row))), state, (long)from, (long)Math.Max(0, count))));

    private long InState(string state) => database.Read(session => InState(session, state));

    private Dictionary<DateTime, long> ByDay(string kind)
    {
        var today = Database.Instant(database.Now).Date;
        return Timeline(Enumerable.Range(0, 7).Select(days => today.AddDays(-days)), $"stats:{kind}:", "yyyy-MM-dd");
    }

    private Dictionary<DateTime, long> ByHour(string kind)
    {
        var now = Database.Instant(database.Now);
        var hour = now.Date.AddHours(now.Hour);
        return Timeline(Enumerable.Range(0, 24).Select(hours => hour.AddHours(-hours)), $"stats:{kind}:", "yyyy-MM-dd-HH");
    }

    private Dictionary<DateTime, long> Timeline(IEnumerable<DateTime> instants, string prefix, string format) => database.ReadSnapshot(session =>
        instants.ToDictionary(instant => instant, instant => Counter(session, prefix + instant.ToString(format, CultureInfo.InvariantCulture))));

    private sealed class JobRow
    {
        public JobRow(Session.Row row)
        {
            (Invocation, Job, Problem) = JobRows.Load(row.GetString(1));
            State = row.IsDBNull(2) ? null : row.GetString(2);
            Reason = row.IsDBNull(3) ? null : row.GetString(3);
            StateAt = row.IsDBNull(4) ? null : Database.Instant(row.GetInt64(4));
            Data = JobRows.DeserializeState(row.IsDBNull(5) ? null : row.GetString(5));
            FetchedAt = row.IsDBNull(6) ? null : Database.Instant(row.GetInt64(6));
            ParentState = row.FieldCount < 8 || row.IsDBNull(7) ? null : row.GetString(7);
        }

        public InvocationData Invocation { get; }

        public Job? Job { get; }

        public JobLoadException? Problem { get; }

        public string? State { get; }

        /// <summary>State names differ by case with some clients.</summary>
        public bool IsEnqueued => string.Equals(State, EnqueuedState.StateName, StringComparison.OrdinalIgnoreCase);

        public string? Reason { get; }

        public DateTime? StateAt { get; }

        public Dictionary<string, string> Data { get; }

        public DateTime? FetchedAt { get; }

        public string? ParentState { get; }

        public string? Text(string name) => Data.GetValueOrDefault(name);

        public DateTime? Time(string name) => JobHelper.DeserializeNullableDateTime(Text(name));

        public long? Number(string name) =>
            long.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
