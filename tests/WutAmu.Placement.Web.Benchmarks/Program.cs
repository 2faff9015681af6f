using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>The deadline: all students at once against the real service process on loopback, then as much as it takes, then its death; and what was acknowledged is looked for in the database. Then what each page costs.</summary>
internal static class Program
{
    private const double GoalOfFloor = 0.40;
    private const int FloorCommits = 2000;
    private const int FirstTimes = 11;
    private static readonly TimeSpan GoalOfSlowest = TimeSpan.FromMilliseconds(100);

    private static async Task<int> Main(string[] arguments)
    {
        if (!Plan.TryRead(arguments, out var plan))
        {
            Console.Error.WriteLine(Plan.Usage);
            return 2;
        }

        var folder = plan.Folder is null
            ? Directory.CreateTempSubdirectory("web-bench-")
            : Directory.CreateDirectory(Path.Combine(plan.Folder, $"web-bench-{Environment.ProcessId}"));
        try
        {
            var kept = plan.PagesAlone || await RunAsync(plan, folder.CreateSubdirectory("load").FullName);
            await Pages.RunAsync(folder.CreateSubdirectory("pages").FullName, plan.Pages);
            return kept ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunAsync(Plan plan, string folder)
    {
        var crowd = await Crowd.CreateAsync(folder, plan.Students);
        var start = Stopwatch.GetTimestamp();
        await using var service = await ServiceProcess.StartAsync(folder);
        var (listening, started) = (Stopwatch.GetElapsedTime(start), service.ProcessorTime);
        using var web = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 1000, AutomaticDecompression = System.Net.DecompressionMethods.All })
        {
            BaseAddress = service.Address,
        };
        var students = crowd.Students.Select(person => new StudentBrowser(web, crowd.Campaign, person, crowd.Offers)).ToArray();
        await Load.SignInAsync(students[..1]);

        Print($"{plan.Students} students, {Environment.ProcessorCount} cores shared by service and load, synchronous FULL");
        Print($"a start: listens after {listening.TotalMilliseconds:F0} ms, {started.TotalMilliseconds:F0} ms of the processor; then one student alone, {FirstTimes} times");
        (await Load.FirstAsync(service, students[0], FirstTimes)).Print();
        await Load.SignInAsync(students[1..]);
        var rush = await Load.RushAsync(students, plan.Rush);
        Print($"deadline rush: each opens the list, saves {Load.SavesInRush} times and submits within {plan.Rush.TotalSeconds:F0} s");
        rush.Print();

        var steady = await Load.SteadyAsync(students, plan.WritesPerSecond, plan.Steady);
        Print($"{plan.WritesPerSecond} saves a second for {plan.Steady.TotalSeconds:F0} s, counted from the instant each was due");
        steady.Print();

        // What a bare loop does with the lists as they are now, before and after the service is driven as hard.
        var before = Floor.RowsPerSecond(folder, FloorCommits, 1);
        var (spent, spentHere, seen) = (service.ProcessorTime, Environment.CpuUsage.TotalTime, await service.WritesAsync());
        var saturation = await Load.SaturateAsync(students, plan.Clients, plan.Saturation, async () =>
        {
            (spent, spentHere) = (service.ProcessorTime - spent, Environment.CpuUsage.TotalTime - spentHere);
            var now = await service.WritesAsync();
            seen = (now.Writes - seen.Writes, now.Commits - seen.Commits);
            service.Kill();
        });
        var after = Floor.RowsPerSecond(folder, FloorCommits, 1);
        var floor = (before + after) / 2;
        var sharing = seen.Writes / (double)Math.Max(1, seen.Commits);
        var together = Math.Max(1, (int)Math.Round(sharing));
        var shared = Floor.RowsPerSecond(folder, FloorCommits / together, together);
        Print($"saturation: {plan.Clients} students without a pause for {plan.Saturation.TotalSeconds:F0} s, then the service is killed");
        saturation.Print();
        Print($"  saves acknowledged                 {saturation.PerSecond,8:F0} /s   each after its commit; saves that wait together share one, {sharing:F1} on average");
        Print($"  floor, a commit for each row       {floor,8:F0} /s   saves {saturation.PerSecond / floor:F2} x, goal {GoalOfFloor:F2}   (before {before:F0}, after {after:F0}; it waits for the disk at every row, the service does not)");
        Print($"  floor, {together,2} rows in each commit      {shared,8:F0} /s   saves {saturation.PerSecond / shared:F2} x: the same sharing, without the service");
        Print($"  processor time of a save           {spent.TotalMilliseconds / saturation.Count,8:F2} ms  in the service, {spentHere.TotalMilliseconds / saturation.Count:F2} ms in the load client");
        Print($"  slowest of a hundred at {plan.WritesPerSecond}/s        {steady.Percentile(99).TotalMilliseconds,8:F1} ms  goal {GoalOfSlowest.TotalMilliseconds:F0} ms");

        var lost = await crowd.MissingAsync(students);
        Print($"acknowledged: {students.Sum(s => s.Acknowledged)} saves, {students.Sum(s => s.Receipts.Count)} submissions; kept: {(lost.Count == 0 ? "all" : $"not {lost.Count}")}");
        lost.Take(10).ToList().ForEach(Console.WriteLine);
        return lost.Count == 0 && rush.Failures + steady.Failures == 0
            && saturation.PerSecond >= GoalOfFloor * floor && steady.Percentile(99) < GoalOfSlowest;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
