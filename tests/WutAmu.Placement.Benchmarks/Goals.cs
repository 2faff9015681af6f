using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Benchmarks;

/// <summary>The figures the engine is to reach, each told at the end: met, missed, or not measured and why.</summary>
internal sealed class Goals
{
    private const double MostOfLemon = 1;
    private const double MostOfScipy = 1.0 / 20;
    private const double MostOfCbc = 1.0 / 40;
    private const double MostOfMinCost = 4;
    private const double MostOfSolve = 0.05;
    private const double StableSeconds = 1.5;
    private const double ReportSeconds = 0.15;
    private const int Hundred = 100_000;
    private const int Campaign = 170;

    // Below it what both need to begin with is most of either.
    private const int Telling = 10_000;

    private readonly List<PolicyFigures> measured = [];
    private readonly Dictionary<(string Peer, int Size), double?> ratios = [];
    private readonly Dictionary<(string Peer, int Size), string> absent = [];

    public void Add(PolicyFigures figures) => measured.Add(figures);

    /// <param name="ratio">Ours over the peer's; null: too short to be told apart from nothing.</param>
    public void Add(string peer, int size, double? ratio) => ratios[(peer, size)] = ratio;

    public void Absent(string peer, int size, string why) => absent[(peer, size)] = why;

    public void Print()
    {
        var table = new Table("goals", ("students", ""), ("measured", ""), ("at most", ""));
        AgainstPeer(table, Peers.NetworkSimplex, 10_000, MostOfLemon);
        AgainstPeer(table, Peers.NetworkSimplex, Hundred, MostOfLemon);
        AgainstPeer(table, Peers.SparseMatching, Hundred, MostOfScipy);
        // The largest that it was given: at 100 000 it does not end within minutes.
        AgainstPeer(table, Peers.IntegerProgramme, ratios.Keys.Where(key => key.Peer == Peers.IntegerProgramme).Select(key => key.Size).Append(1_000).Max(), MostOfCbc);
        var minCost = Find(Hundred, new(PolicyName.MinCost, false))?.Solve;
        foreach (var policy in new[] { PolicyName.GreedyMaximum, PolicyName.GenerousMaximum, PolicyName.MinRegretGreedy })
        {
            Tell(table, $"{policy} / min-cost", Hundred, Table.Quotient(Find(Hundred, new(policy, false))?.Solve, minCost), MostOfMinCost, Table.Ratio, $"needs it and min-cost at {Hundred}");
        }

        foreach (var policy in new[] { PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable })
        {
            Tell(table, "after reading, whole process", SolverBenchmark.Million, Find(SolverBenchmark.Million, new(policy, false))?.AfterReading, StableSeconds, InSeconds, "needs --million", policy);
        }

        var largest = measured.Select(figures => figures.Size).Where(size => size is >= Telling and <= Hundred).DefaultIfEmpty(Hundred).Max();
        if (!measured.Exists(figures => figures.Size == largest))
        {
            Tell(table, "verify / solve", Hundred, null, MostOfSolve, Table.Ratio, $"needs {Telling} students or more");
        }

        foreach (var figures in measured.Where(figures => figures.Size == largest))
        {
            Tell(table, "verify / solve", largest, Table.Quotient(figures.Verify, figures.Solve), MostOfSolve, Table.Ratio, "too short", figures.Policy.ToString());
        }

        var slowest = measured.Where(figures => figures.Size == Campaign && figures.ProcessWithReport is not null).MaxBy(figures => figures.ProcessWithReport);
        Tell(table, "with report, whole process", Campaign, slowest?.ProcessWithReport, ReportSeconds, InSeconds, $"needs {Campaign} and scripts/placement", slowest is null ? null : $"{slowest.Policy}, the slowest of {measured.Count(figures => figures.Size == Campaign)} policies; its processor time {Table.Seconds(slowest.ProcessorWithReport)} s");
    }

    private static string InSeconds(double? seconds) => seconds is null ? Table.Nothing : $"{Table.Seconds(seconds)} s";

    private void AgainstPeer(Table table, string peer, int size, double most)
    {
        var why = absent.GetValueOrDefault((peer, size)) ?? (ratios.ContainsKey((peer, size)) ? "too short to be divided by" : $"needs min-cost and peers at {size}");
        Tell(table, $"min-cost / {peer}", size, ratios.GetValueOrDefault((peer, size)), most, Table.Ratio, why);
    }

    private static void Tell(Table table, string goal, int size, double? figure, double most, Func<double?, string> write, string otherwise, string? of = null)
    {
        var verdict = figure is null ? $"not measured ({otherwise})" : figure <= most ? "met" : "missed";
        table.Row(goal, [$"{size}", write(figure), write(most)], of is null ? verdict : $"{verdict}: {of}");
    }

    private PolicyFigures? Find(int size, PolicyName policy) => measured.Find(figures => figures.Size == size && figures.Policy == policy);
}
