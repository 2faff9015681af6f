using System.Text;
using Hangfire;
using Hangfire.Dashboard;
using Hangfire.States;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class DashboardTests : StorageFile
{
    [Theory]
    [InlineData("/", "Succeeded")]
    [InlineData("/jobs/enqueued", "default")]
    [InlineData("/jobs/enqueued/default", "#1")]
    [InlineData("/jobs/enqueued/fetched/other", "#2")]
    [InlineData("/jobs/scheduled", "#3")]
    [InlineData("/jobs/processing", "#4")]
    [InlineData("/jobs/succeeded", "#5")]
    [InlineData("/jobs/failed", "#6")]
    [InlineData("/jobs/deleted", "#7")]
    [InlineData("/jobs/awaiting", "#8")]
    [InlineData("/jobs/details/6", "broken")]
    [InlineData("/jobs/details/nonsense", "nonsense")]
    [InlineData("/retries", "#3")]
    [InlineData("/recurring", "nightly")]
    [InlineData("/servers", "server-one")]
    public async Task Every_page_of_the_dashboard_is_shown(string path, string expected)
    {
        using var connection = Connect();
        connection.AnnounceServer("server-one", new Hangfire.Server.ServerContext { Queues = ["default"], WorkerCount = 2 });
        Commit(t =>
        {
            var states = new IState[]
            {
                new EnqueuedState(), new EnqueuedState("other"), new ScheduledState(TimeSpan.FromHours(1)), States.Processing("server-one"),
                new SucceededState("result", 1, 2), new FailedState(new InvalidOperationException("broken")), new DeletedState(), new AwaitingState("6"),
            };
            for (var i = 0; i < states.Length; i++)
            {
                var id = t.CreateJob(Hangfire.Common.Job.FromExpression(() => Work.Nothing("x")), new Dictionary<string, string>(), DateTime.UnixEpoch, TimeSpan.FromDays(1));
                t.SetJobState(id, states[i]);
            }

            t.AddToQueue("default", "1");
            t.AddToQueue("other", "2");
            t.AddToSet("retries", "3");
            t.AddToSet("schedule", "3", 1);
        });
        using var fetched = connection.FetchNextJob(["other"], CancellationToken.None);
        new RecurringJobManager(Storage).AddOrUpdate("nightly", () => Work.Nothing("x"), Cron.Daily());

        var page = await Page.GetAsync(Storage, path);

        page.Should().Contain(expected);
    }

    private sealed class Page(SQLiteStorage storage, string path) : DashboardContext(storage, new DashboardOptions())
    {
        public static async Task<string> GetAsync(SQLiteStorage storage, string path)
        {
            var (dispatcher, match) = DashboardRoutes.Routes.FindDispatcher(path) is { } found
                ? (found.Item1, found.Item2)
                : throw new InvalidOperationException($"The dashboard has no page {path}.");
            var response = new Answer();
            var page = new Page(storage, path) { UriMatch = match };
            typeof(DashboardContext).GetProperty(nameof(Request))!.SetValue(page, new Question(path));
            typeof(DashboardContext).GetProperty(nameof(Response))!.SetValue(page, response);
            await dispatcher.Dispatch(page);
            return Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray());
        }

        public override string ToString() => path;
    }

    private sealed class Question(string path) : DashboardRequest
    {
        public override string Method => "GET";

        public override string Path => path;

        public override string PathBase => "";

        public override string LocalIpAddress => "::1";

        public override string RemoteIpAddress => "::1";

        public override string? GetQuery(string key) => null;

        public override Task<IList<string>> GetFormValuesAsync(string key) => Task.FromResult<IList<string>>([]);
    }

    private sealed class Answer : DashboardResponse
    {
        public override string ContentType { get; set; } = "";

        public override int StatusCode { get; set; } = 200;

        public override Stream Body { get; } = new MemoryStream();

        public override void SetExpire(DateTimeOffset? value)
        {
        }

        public override Task WriteAsync(string text) => Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
    }
}
