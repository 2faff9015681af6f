using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Benchmarks;

/// <summary>min-cost beside other people's solvers on the same instance.</summary>
internal sealed class PeerTable(Peers peers, Repeats repeats, Goals goals)
{
    public void Print(Instance instance, string file, int size, double minCost, MatchingResult cheapest, int cbcUpTo)
    {
        Synthetic.WriteForPeers(instance, file);
        var table = new Table("min-cost beside peers", ("build", "s"), ("solve", "s"), ("together", "s"), ("ours", "s"), ("ratio", "ours / peer"));
        Row(Peers.NetworkSimplex, () => peers.Lemon(file));
        Row(Peers.SparseMatching, () => peers.Scipy(file));
        if (size <= cbcUpTo)
        {
            Row(Peers.IntegerProgramme, () => peers.Cbc(file));
        }
        else
        {
            table.Row(Peers.IntegerProgramme, [], $"left out over {cbcUpTo} students (--cbc-up-to): it takes minutes");
            goals.Absent(Peers.IntegerProgramme, size, $"left out over {cbcUpTo} students: --cbc-up-to");
        }

        void Row(string name, Func<(PeerFigures? Figures, string? Absent)> run)
        {
            var (figures, absent) = Repeats.Middle(repeats.OfProcesses, run, one => one.Figures?.TotalInSeconds ?? 0);
            if (figures is null)
            {
                table.Row(name, [], $"absent: {absent}");
                goals.Absent(name, size, $"absent: {absent}");
                return;
            }

            var same = figures.Placed == cheapest.Levels[0].Value && figures.Cost == cheapest.Levels[1].Value;
            var ratio = Table.Quotient(minCost, figures.TotalInSeconds);
            goals.Add(name, size, ratio);
            table.Row(
                name,
                [Table.Seconds(figures.BuildInSeconds), Table.Seconds(figures.SolveInSeconds), Table.Seconds(figures.TotalInSeconds), Table.Seconds(minCost), Table.Ratio(ratio)],
                same ? "the same optimum" : $"ANOTHER OPTIMUM: {figures.Placed} placed, cost {figures.Cost}");
        }
    }
}
