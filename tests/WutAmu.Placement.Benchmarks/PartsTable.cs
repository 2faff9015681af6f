using System.Security.Cryptography;
using System.Text.Json;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Benchmarks;

/// <summary>Parts that every policy shares, each beside the least that it could cost.</summary>
internal sealed class PartsTable(Instance instance, string file, Repeats repeats)
{
    /// <param name="minCost">Seconds of min-cost; null: not measured.</param>
    /// <param name="greatestForOrTools">Most students that OR-Tools is given.</param>
    public void Print(double? minCost, int greatestForOrTools)
    {
        var table = new Table("parts, processor time", ("ours", "s"), ("beside", "s"), ("ratio", "ours / it"));
        var bytes = File.ReadAllBytes(file);
        var read = repeats.Processor(() =>
        {
            using var stream = File.OpenRead(file);
            InstanceReader.TryRead(stream, out _, out _);
        });
        Beside("reading the file", read, repeats.Processor(() => JsonDocument.Parse(bytes).Dispose()), "JsonDocument.Parse of its bytes in memory, which makes no objects");
        var digest = repeats.Processor(() => CanonicalJson.Digest(instance));
        Beside("digest of the instance", digest, repeats.Processor(() => SHA256.HashData(bytes)), "SHA-256 of the file's bytes");
        Beside("floor of verify", digest, minCost, "solving min-cost: no check can do without the digest");
        var lottery = repeats.Processor(() => MatchingEngine.Solve(instance, PolicyName.Default, new(), CancellationToken.None));
        Beside("the default with the lottery", lottery, minCost, "min-cost without it");
        if (instance.Students.Length <= greatestForOrTools)
        {
            var orTools = repeats.Processor(() => MatchingEngine.Solve(instance, new(PolicyName.MinCost, false), new(Lottery: false, Flow: FlowAlgorithm.OrTools), CancellationToken.None));
            Beside("min-cost by our own flow", minCost, orTools, "the same by OR-Tools' flow, its prices recovered");
        }
        else
        {
            Console.WriteLine($"min-cost by OR-Tools: left out over {greatestForOrTools} students, where it takes minutes.");
        }

        void Beside(string name, double? ours, double? other, string what) =>
            table.Row(name, [Table.Seconds(ours), Table.Seconds(other), Table.Ratio(Table.Quotient(ours, other))], what);
    }
}
