using System.Globalization;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>The deadline: all students at once against the real service process on loopback, then as much as it takes, then its death; and what was acknowledged is looked for in the database.</summary>
internal static class Program
{
    private const double GoalOfFloor = 0.40;
    private const int FloorCommits = 2000;
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
            return await RunAsync(plan, folder.FullName) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunAsync(Plan plan, string folder)
    {
        var crowd = await Crowd.CreateAsync(folder, plan.Students);
        await using var service = await ServiceProcess.StartAsync(folder);
        using var web = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 1000, AutomaticDecompression = System.Net.DecompressionMethods.All })
        {
            BaseAddress = service.Address,
        };
        var students = crowd.Students.Select(person => new StudentBrowser(web, crowd.Campaign, person, crowd.Offers)).ToArray();
        await Load.SignInAsync(students);

        Print($"{plan.Students} students, {Environment.ProcessorCount} cores shared by service and load, synchronous FULL");
        var rush = await Load.RushAsync(students, plan.Rush);
        Print($"deadline rush: each opens the list, saves {Load.SavesInRush} times and submits within {plan.Rush.TotalSeconds:F0} s");
        rush.Print();

        var steady = await Load.SteadyAsync(students, plan.WritesPerSecond, plan.Steady);
        Print($"{plan.WritesPerSecond} saves a second for {plan.Steady.TotalSeconds:F0} s, counted from the instant each was due");
        steady.Print();

        // What a bare loop does with the lists as they are now, before and after the service is driven as hard.
        var before = Floor.CommitsPerSecond(folder, FloorCommits);
        var (spent, spentHere) = (service.ProcessorTime, Environment.CpuUsage.TotalTime);
        var saturation = await Load.SaturateAsync(students, plan.Clients, plan.Saturation, () =>
        {
            (spent, spentHere) = (service.ProcessorTime - spent, Environment.CpuUsage.TotalTime - spentHere);
            service.Kill();
        });
        var after = Floor.CommitsPerSecond(folder, FloorCommits);
        var floor = (before + after) / 2;
        Print($"saturation: {plan.Clients} students without a pause for {plan.Saturation.TotalSeconds:F0} s, then the service is killed");
        saturation.Print();
        Print($"  floor: the same commits, bare      {floor,8:F0} /s   (before {before:F0}, after {after:F0})");
        Print($"  saves acknowledged                 {saturation.PerSecond,8:F0} /s   {saturation.PerSecond / floor:F2} x floor, goal {GoalOfFloor:F2}");
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
