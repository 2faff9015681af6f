using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using WutAmu.Placement;
using WutAmu.Placement.Benchmarks;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver;
using WutAmu.Placement.Solver.Flow;

// The engine against peers on the same instances in the same run. Times are medians; a ratio below 1 means faster than the peer.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Contains("--nothing"))
{
    return 0;
}

if (args.Contains("--help"))
{
    Console.WriteLine("""
        usage: scripts/bench solver [--sizes N,N,...] [--million] [--no-peers] [--cbc-up-to N]
          --sizes        students of the synthetic instances; 20,170,1000,10000,100000 without it
          --million      adds 1000000 students
          --no-peers     leaves LEMON, scipy and CBC out
          --cbc-up-to N  CBC takes minutes on large instances; 10000 without it
        """);
    return 0;
}

var sizes = Value("--sizes")?.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToList() ?? [20, 170, 1_000, 10_000, 100_000];
if (args.Contains("--million"))
{
    sizes.Add(1_000_000);
}

var cbcUpTo = int.Parse(Value("--cbc-up-to") ?? "10000", CultureInfo.InvariantCulture);
var folder = Directory.CreateTempSubdirectory("placement-bench-").FullName;
var root = Checkout.Root;
var peers = new Peers(folder, Path.Combine(root, "tests", "WutAmu.Placement.Benchmarks", "peers"));
try
{
    WarmUp();
    foreach (var size in sizes)
    {
        Measure(size);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return 0;

string? Value(string option) => Array.IndexOf(args, option) is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : null;

void WarmUp()
{
    var small = Synthetic.Make(3_000);
    foreach (var policy in PolicyName.Catalogue)
    {
        for (var i = 0; i < 3; i++)
        {
            ResultVerifier.Check(small, MatchingEngine.Solve(small, new(policy.Name, false), new(Lottery: false), CancellationToken.None));
        }
    }
}

void Measure(int size)
{
    var instance = Synthetic.Make(size);
    var file = Path.Combine(folder, $"{size}.json");
    File.WriteAllBytes(file, CanonicalJson.Write(instance));
    Console.WriteLine();
    Console.WriteLine($"== {size} students, {instance.Offers.Length} offers, {instance.Offers.Sum(offer => offer.Max)} places, {new FileInfo(file).Length / 1e6:F1} MB");

    MeasureReading(file, instance, size);
    var minCost = 0.0;
    MatchingResult? cheapest = null;
    foreach (var policy in new[] { PolicyName.MinCost, PolicyName.GreedyMaximum, PolicyName.GenerousMaximum, PolicyName.MinRegretGreedy, PolicyName.RankMaximal, PolicyName.Serial, PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable })
    {
        MatchingResult? result = null;
        var options = new SolveOptions(Lottery: false);
        var solve = Median(size, () => result = MatchingEngine.Solve(instance, new(policy, false), options, CancellationToken.None));
        VerificationReport? report = null;
        var verify = Median(size, () => report = ResultVerifier.Check(instance, result!)); // not null: solved above
        if (policy == PolicyName.MinCost)
        {
            (minCost, cheapest) = (solve, result);
        }

        // What no check can do without: the digest of the instance, and looking up each choice once.
        if (policy == PolicyName.MinCost)
        {
            var digest = Median(size, () => CanonicalJson.Digest(instance));
            var lookUp = Median(size, () => LookUpEveryChoice(instance));
            Console.WriteLine($"{"floor of verify",-28}{digest + lookUp,10:F4} s = {(digest + lookUp) / solve,4:P0} of min-cost: digest {digest:F4} s, each choice's offer looked up once {lookUp:F4} s");
        }

        var certificate = result!.Certificate is { } proof ? proof.Phases.Sum(phase => phase.Offers.Count + phase.Hosts.Count) : 0;
        Console.WriteLine($"{policy,-28}{solve,10:F4} s  {solve / minCost,6:F2} x min-cost   verify {verify,8:F4} s = {verify / solve,6:P0} of solve   {certificate} prices{(report!.Findings.Length > 0 ? "   NOT VERIFIED: " + report.Findings[0].Message : "")}");
    }

    var lottery = Median(size, () => MatchingEngine.Solve(instance, PolicyName.Default, new(), CancellationToken.None));
    Console.WriteLine($"{"the default, with lottery",-28}{lottery,10:F4} s");
    var orTools = Median(size, () => MatchingEngine.Solve(instance, new(PolicyName.MinCost, false), new(Lottery: false, Flow: FlowAlgorithm.OrTools), CancellationToken.None));
    Console.WriteLine($"{"min-cost by OR-Tools",-28}{orTools,10:F4} s  {minCost / orTools,6:F2}: ours / OR-Tools, the same levels and prices");
    WholeProcess(file, size);
    if (!args.Contains("--no-peers"))
    {
        AgainstPeers(instance, size, minCost, cheapest!); // not null: min-cost is in the list
    }
}

static int LookUpEveryChoice(Instance instance)
{
    var positions = new Dictionary<string, int>(instance.Offers.Length, StringComparer.Ordinal);
    foreach (var offer in instance.Offers)
    {
        positions.Add(offer.Id, positions.Count);
    }

    var sum = 0;
    foreach (var student in instance.Students)
    {
        foreach (var group in student.Choices)
        {
            foreach (var id in group)
            {
                sum += positions[id];
            }
        }
    }

    return sum;
}

// The floor of a digest is hashing the file's bytes; a peer of reading is what the framework needs to look at every token and keep where it is.
void MeasureReading(string file, Instance instance, int size)
{
    var bytes = File.ReadAllBytes(file);
    var read = Median(size, () =>
    {
        using var stream = File.OpenRead(file);
        InstanceReader.TryRead(stream, out _, out _);
    });
    var tokens = Median(size, () => JsonDocument.Parse(bytes).Dispose());
    Console.WriteLine($"{"reading the file",-28}{read,10:F4} s  {read / tokens,6:F2}: ours / JsonDocument.Parse of the bytes in memory, which makes no objects");
    var digest = Median(size, () => CanonicalJson.Digest(instance));
    var hash = Median(size, () => SHA256.HashData(bytes));
    Console.WriteLine($"{"digest of the instance",-28}{digest,10:F4} s  {digest / hash,6:F2}: ours / SHA-256 of the file's bytes");
}

void AgainstPeers(Instance instance, int size, double minCost, MatchingResult cheapest)
{
    var file = Path.Combine(folder, $"{size}.txt");
    Synthetic.WriteForPeers(instance, file);
    Tell("LEMON network simplex", () => peers.Lemon(file));
    Tell("scipy sparse matching", () => peers.Scipy(file));
    if (size <= cbcUpTo)
    {
        Tell("CBC through PuLP", () => peers.Cbc(file));
    }
    else
    {
        Console.WriteLine($"{"CBC through PuLP",-28}left out over {cbcUpTo} students (--cbc-up-to)");
    }

    void Tell(string name, Func<(PeerFigures? Figures, string? Absent)> run)
    {
        var runs = new List<PeerFigures>();
        for (var i = 0; i < (size <= 10_000 ? 3 : 1); i++)
        {
            var (figures, absent) = run();
            if (figures is null)
            {
                Console.WriteLine($"{name,-28}absent: {absent}");
                return;
            }

            runs.Add(figures);
        }

        var middle = runs.OrderBy(figures => figures.TotalInSeconds).ElementAt(runs.Count / 2);
        var same = middle.Placed == cheapest.Levels[0].Value && middle.Cost == cheapest.Levels[1].Value;
        Console.WriteLine($"{name,-28}{middle.TotalInSeconds,10:F4} s (build {middle.BuildInSeconds:F4}, solve {middle.SolveInSeconds:F4})   min-cost: ours / peer = {minCost / middle.TotalInSeconds:F3}{(same ? "   same optimum" : $"   ANOTHER OPTIMUM: {middle.Placed} placed, cost {middle.Cost}")}");
    }
}

// A process of its own, start and all, by the clock; the floor is a program that only returns. The goal speaks of any policy with its report.
void WholeProcess(string file, int size)
{
    var output = Path.Combine(folder, "result.json");
    var tool = new FileInfo(Path.Combine(root, "src", "WutAmu.Placement.Cli", "bin", "Release", "tool", "placement.dll")) is { Exists: true } built ? built.FullName : null;
    if (tool is null)
    {
        Console.WriteLine($"{"whole process",-28}absent: scripts/placement was not built yet");
        return;
    }

    var floor = Time([typeof(Peers).Assembly.Location, "--nothing"]).Seconds;
    Console.WriteLine($"{"a process that only returns",-28}{floor,10:F4} s");
    var policies = PolicyName.Catalogue.Select(policy => policy.Name);
    foreach (var arguments in size <= 1_000 ? policies.SelectMany(policy => new[] { policy, $"{policy} --report" }) : ["min-cost --no-lottery", "student-optimal-stable"])
    {
        var (seconds, peak) = Time([tool, "solve", file, "--out", output, "--policy", .. arguments.Split(' ')]);
        Console.WriteLine($"{"whole process of solve",-28}{seconds,10:F4} s  {seconds / floor,6:F1} x the floor  {peak / 1e6,5:F0} MB  {arguments}");
    }

    (double Seconds, long Peak) Time(IEnumerable<string> command)
    {
        var times = new List<double>();
        var peak = 0L;
        for (var i = 0; i < (size <= 1_000 ? 7 : 1); i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardError = true })!; // not null: dotnet runs this
            var error = process.StandardError.ReadToEndAsync();
            while (!process.WaitForExit(20))
            {
                peak = Math.Max(peak, PeakOf(process));
            }

            error.GetAwaiter().GetResult();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return (times[times.Count / 2], peak);
    }
}

static long PeakOf(Process process)
{
    try
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }
    catch (InvalidOperationException)
    {
        // It ended between two looks.
        return 0;
    }
}

// Processor time, so that other work on the machine does not count.
static double Median(int size, Action run)
{
    var times = new List<double>();
    for (var i = 0; i < (size <= 1_000 ? 9 : size <= 10_000 ? 5 : 3); i++)
    {
        GC.Collect();
        var processor = Environment.CpuUsage.TotalTime;
        run();
        times.Add((Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    times.Sort();
    return times[times.Count / 2];
}
