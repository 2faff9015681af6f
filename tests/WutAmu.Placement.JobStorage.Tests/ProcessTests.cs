using System.Diagnostics;
using System.Globalization;
using Hangfire;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>Several server processes on one file, and what is left when one dies, sleeps or finds no room.</summary>
public sealed class ProcessTests(ITestOutputHelper output) : StorageFile
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("PLACEMENT_SOAK_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 1;

    private readonly List<Process> started = [];

    private string Output => FilePath + ".runs";

    [Fact]
    public void Two_server_processes_share_the_jobs_and_run_each_once()
    {
        StartServer(lease: 60);
        StartServer(lease: 60);

        var jobs = 0;
        // One alone could be done before the workers of the other have begun.
        Until(
            () =>
            {
                Enqueue(1, milliseconds: 5, from: jobs++);
                return Runs().Select(run => run.ProcessId).Distinct().Count() == 2;
            },
            "both work");

        Enqueue(200, milliseconds: 5, from: jobs);

        UntilSucceeded(jobs + 200);
        Runs().Select(run => run.Number).Should().BeEquivalentTo(Enumerable.Range(0, jobs + 200), "none lost, none twice");
    }

    /// <summary>A round or two here; <c>scripts/soak jobs</c> makes more.</summary>
    [Fact]
    public void Processes_killed_and_stopped_in_turn_lose_no_job()
    {
        const int each = 40;
        var killed = StartServer();
        var sleeper = StartServer();

        for (var round = 0; round < Rounds; round++)
        {
            Enqueue(each, milliseconds: 20, from: round * each);
            var before = Runs().Count;
            Until(() => Runs().Count >= before + 10, "both work");
            StopBetweenCommits(sleeper);
            killed.Kill();
            killed.WaitForExit();
            killed = StartServer();
            UntilSucceeded((round + 1) * each);
            Signal(sleeper, "CONT");
        }

        Until(() => Storage.GetMonitoringApi() is var left && left.FetchedCount("default") + left.EnqueuedCount("default") + left.ProcessingCount() == 0, "nothing is left over");
        var runs = Runs();
        runs.Select(run => run.Number).Distinct().Should().HaveCount(Rounds * each, "every job ran");
        runs.Should().HaveCountLessThanOrEqualTo(Rounds * (each + (2 * Program.Workers)), "only what a process held when it was killed or stopped may run again");
        Storage.GetMonitoringApi().GetStatistics().Succeeded.Should().Be(Rounds * each, "no job succeeds twice");
        output.WriteLine($"{Rounds} rounds, each with a kill and a stop: {Rounds * each} jobs, 0 lost, {runs.Count - (Rounds * each)} run twice.");
    }

    [Fact]
    public void A_server_stopped_for_longer_than_its_lease_can_spoil_nothing_when_it_wakes()
    {
        var sleeper = StartServer();
        var mayEnd = FilePath + ".may-end";
        new BackgroundJobClient(Storage).Enqueue(() => Work.AppendOnce(mayEnd, Output, 0));
        Until(() => Storage.GetMonitoringApi().ProcessingCount() == 1, "the job starts");
        StopBetweenCommits(sleeper);
        File.Create(mayEnd).Dispose();
        StartServer();
        UntilSucceeded(1);

        Signal(sleeper, "CONT");

        Until(() => Runs().Count == 2, "the woken process ends its run");
        Enqueue(jobs: 1, milliseconds: 0);
        UntilSucceeded(2);
        var monitor = Storage.GetMonitoringApi();
        monitor.SucceededListCount().Should().Be(2, "the late end of the first run is no second success");
        Until(() => monitor.FetchedCount("default") + monitor.EnqueuedCount("default") == 0, "the queue is empty");
    }

    [Fact]
    public void A_full_disk_refuses_the_whole_job_and_those_accepted_run_when_there_is_room_again()
    {
        var client = new BackgroundJobClient(Storage);
        var accepted = 0;
        var word = new string('x', 2000);
        Storage.Database.Write(durable: true, session => session.Execute($"PRAGMA max_page_count={session.Number("PRAGMA page_count") + 40}"));
        var enqueue = () =>
        {
            while (true)
            {
                client.Enqueue(() => Work.Nothing(word));
                accepted++;
            }
        };

        var refused = enqueue.Should().Throw<Exception>().Which;

        (refused.GetBaseException() as SqliteException)?.SqliteErrorCode.Should().Be(13, "the disk is full");
        accepted.Should().BePositive();
        var monitor = Storage.GetMonitoringApi();
        monitor.EnqueuedCount("default").Should().Be(accepted);
        monitor.GetStatistics().Enqueued.Should().Be(accepted);
        Storage.Database.Read(session => session.Number("SELECT count(*) FROM job")).Should().Be(accepted, "nothing of the refused job stays");
        Storage.Database.Write(durable: true, session => session.Execute("PRAGMA max_page_count=1000000"));
        StartServer();
        UntilSucceeded(accepted);
    }

    public override void Dispose()
    {
        foreach (var process in started)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        base.Dispose();
    }

    private static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        kill.ExitCode.Should().Be(0);
    }

    /// <summary>A process stopped in the middle of a commit keeps everybody from the file, as it must: it is woken and stopped again.</summary>
    private void StopBetweenCommits(Process process)
    {
        while (true)
        {
            Signal(process, "STOP");
            // A thread that is within the kernel ends its call first, and may take the lock of the file by it.
            Until(() => Directory.GetDirectories($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/task").All(Stands), "every thread stands");
            try
            {
                using var probe = new SqliteConnection($"Data Source={FilePath};Pooling=False;Default Timeout=1");
                probe.Open();
                using var command = probe.CreateCommand();
                command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
                command.ExecuteNonQuery();
                return;
            }
            catch (SqliteException busy) when (busy.SqliteErrorCode == 5)
            {
                Signal(process, "CONT");
            }
        }
    }

    private static bool Stands(string thread)
    {
        try
        {
            var state = File.ReadAllText(Path.Combine(thread, "stat"));
            return state[state.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            return true; // it ended meanwhile
        }
    }

    /// <param name="lease">Seconds; a process that the machine leaves no time for longer than that loses its jobs, as it should.</param>
    private Process StartServer(int lease = 5)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Program).Assembly.Location, FilePath, lease.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!; // no shell: it starts or throws
        started.Add(process);
        process.StandardOutput.ReadLine().Should().Be("ready");
        return process;
    }

    private void Enqueue(int jobs, int milliseconds, int from = 0)
    {
        var client = new BackgroundJobClient(Storage);
        for (var i = 0; i < jobs; i++)
        {
            var number = from + i;
            client.Enqueue(() => Work.Append(Output, number, milliseconds));
        }
    }

    private void UntilSucceeded(int jobs) =>
        Until(() => Storage.GetMonitoringApi().GetStatistics().Succeeded == jobs, $"{jobs} jobs succeed");

    private List<(int Number, int ProcessId)> Runs() => !Directory.Exists(Output) ? [] :
        [.. Directory.GetFiles(Output).Select(file => Path.GetFileName(file).Split(' '))
            .Select(words => (int.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture)))];
}
