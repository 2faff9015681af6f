using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver;

namespace WutAmu.Placement.Benchmarks;

/// <summary>One table of policies for each size, parts and peers below it, and the goals at the end.</summary>
internal sealed class SolverBenchmark(Settings settings)
{
    public const int Million = 1_000_000;

    // Beyond it a policy with a level a rank takes minutes, and so do the peers.
    private const int Large = 200_000;

    public static ImmutableArray<int> UsualSizes { get; } = [20, 170, 1_000, 10_000, 100_000];

    private readonly Goals goals = new();

    private static ImmutableArray<PolicyName> All { get; } =
    [
        // First: the others are compared with it.
        new(PolicyName.MinCost, false),
        .. PolicyName.Catalogue.Where(known => known.Name != PolicyName.MinCost).Select(known => new PolicyName(known.Name, false)),
        .. PolicyName.Catalogue.Select(known => new PolicyName(known.Name, true)).Where(policy => !policy.IsStable),
    ];

    private static bool TakesSeconds(PolicyName policy) => policy is { KeepPublished: false, Name: PolicyName.MinCost or PolicyName.Serial } or { IsStable: true };

    public int Run()
    {
        var folder = Directory.CreateTempSubdirectory("placement-bench-").FullName;
        try
        {
            Console.WriteLine("Solve, certificate and verify: in one warmed-up process, without the lottery, processor time of all threads; the certificate, a part of solve but for the writing, by the clock.");
            Console.WriteLine("Process: the tool started anew each time, by the clock, nothing warmed up, with the lottery where nothing else is said; beside it its processor time; after reading: from the file read to the end. Peak: the kernel's count of its memory.");
            if (!Tool.IsBuilt)
            {
                Console.WriteLine("Processes are not measured: scripts/placement was not built yet.");
            }

            WarmUp();
            var peers = new Peers(folder, Path.Combine(Checkout.Root, "tests", "WutAmu.Placement.Benchmarks", "peers"));
            foreach (var size in settings.Sizes)
            {
                Measure(size, folder, peers);
            }

            goals.Print();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void WarmUp()
    {
        var small = Synthetic.WithPublished(Synthetic.Make(3_000));
        foreach (var policy in All)
        {
            for (var i = 0; i < 3; i++)
            {
                var result = MatchingEngine.Solve(small, policy, new(Lottery: false), CancellationToken.None);
                ResultVerifier.Check(small, result);
                ResultJson.Write(result, null);
            }
        }
    }

    private void Measure(int size, string folder, Peers peers)
    {
        var repeats = new Repeats(size);
        var file = Path.Combine(folder, $"{size}.json");
        File.WriteAllBytes(file, CanonicalJson.Write(Synthetic.Make(size)));
        // As the tool and the service have it: read from a file, with the choices in numbers.
        if (!InstanceReader.TryRead(File.ReadAllBytes(file), out var instance, out var problems))
        {
            throw new InvalidOperationException($"The instance cannot be read: {problems[0]}");
        }

        Console.WriteLine();
        Console.WriteLine($"== {size} students, {instance.Hosts.Length} hosts, {instance.Offers.Length} offers, {instance.Offers.Sum(offer => offer.Max)} places, {new FileInfo(file).Length / 1e6:F1} MB; {repeats}");

        var large = size > Large;
        var wanted = settings.Policies.Length > 0 ? settings.Policies : large ? [.. All.Where(TakesSeconds)] : All;
        var (minCost, cheapest) = Policies(size, folder, instance, file, repeats, wanted);
        if (large && settings.Policies.Length == 0)
        {
            Console.WriteLine($"Left out over {Large} students: the policies with a level for each rank and keep-published:, minutes each (name them with --policies); the parts; the peers.");
        }

        if (!large)
        {
            new PartsTable(instance, file, repeats).Print(minCost, Large);
        }

        if (!settings.Peers || minCost is not { } seconds || large)
        {
            return;
        }

        new PeerTable(peers, repeats, goals).Print(instance, Path.Combine(folder, $"{size}.txt"), size, seconds, cheapest!, settings.CbcUpTo); // not null: min-cost was solved
    }

    private (double? Seconds, MatchingResult? Result) Policies(int size, string folder, Instance instance, string file, Repeats repeats, ImmutableArray<PolicyName> wanted)
    {
        var tool = Tool.IsBuilt ? new Tool(folder) : null;
        var floor = tool is null ? null : Repeats.Middle(repeats.OfProcesses, Tool.Floor, run => run.Seconds);
        var (lottery, reports) = (size <= Large, size <= 1_000);
        var table = new Table(
            lottery ? "policy" : "policy (levels without lottery)",
            ("solve", "s"), ("", "/ min-cost"), ("certificate", "s"), ("verify", "s"), ("", "% of solve"), ("process", "s"), ("", "/ empty"), ("processor", "s"), ("with report", "s"), ("after reading", "s"), ("peak", "MB"));
        var measure = new PolicyMeasure(instance, file, size, repeats, tool, lottery, reports);
        PolicyMeasure? ofPublished = null;
        (double? Seconds, MatchingResult? Result) minCost = default;
        foreach (var policy in wanted)
        {
            if (policy.KeepPublished)
            {
                ofPublished ??= Published(size, folder, instance, repeats, tool, lottery, reports);
            }

            var measuring = policy.KeepPublished ? ofPublished! : measure; // not null: made above
            var figures = measuring.Of(policy);
            goals.Add(figures);
            if (policy is { Name: PolicyName.MinCost, KeepPublished: false })
            {
                minCost = (figures.Solve, measuring.Result);
            }

            table.Row(
                policy.ToString(),
                [
                    Table.Seconds(figures.Solve), Table.Ratio(Table.Quotient(figures.Solve, minCost.Seconds)), Table.Seconds(figures.Certificate),
                    Table.Seconds(figures.Verify), Table.Percent(Table.Quotient(figures.Verify, figures.Solve)),
                    Table.Seconds(figures.Process), Table.Ratio(Table.Quotient(figures.Process, floor?.Seconds)), Table.Seconds(figures.Processor), Table.Seconds(figures.ProcessWithReport), Table.Seconds(figures.AfterReading), Table.Megabytes(figures.PeakInMegabytes),
                ],
                figures.Failure);
        }

        if (floor is not null)
        {
            table.Row("an empty process", [Table.Nothing, Table.Nothing, Table.Nothing, Table.Nothing, Table.Nothing, Table.Seconds(floor.Seconds)]);
        }

        return minCost;
    }

    private static PolicyMeasure Published(int size, string folder, Instance instance, Repeats repeats, Tool? tool, bool lottery, bool reports)
    {
        var published = Synthetic.WithPublished(instance);
        var file = Path.Combine(folder, $"{size}-published.json");
        File.WriteAllBytes(file, CanonicalJson.Write(published));
        return new(published, file, size, repeats, tool, lottery, reports);
    }
}
