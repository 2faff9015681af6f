using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>How long each operation took, by kind, and what failed.</summary>
/// <param name="first">Operations that began within that time are told apart too: the service still compiles what it runs. Null: they are not.</param>
internal sealed class Timings(string counted, TimeSpan? first = null)
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<(TimeSpan Began, TimeSpan Took)>> kinds = new();
    private readonly ConcurrentDictionary<string, int> failures = new();
    private readonly long start = Stopwatch.GetTimestamp();
    private TimeSpan? lasted;

    public int Failures => failures.Values.Sum();

    public int Count => All(counted).Count;

    /// <summary>Of the kind counted, until <see cref="End"/>.</summary>
    public double PerSecond => Count / (lasted ?? Stopwatch.GetElapsedTime(start)).TotalSeconds;

    public void End() => lasted ??= Stopwatch.GetElapsedTime(start);

    /// <param name="due">When it was to begin; null: now. What waits for its turn is late, and that counts.</param>
    /// <returns>Whether it succeeded.</returns>
    public async Task<bool> TimeAsync(string kind, Func<Task> operation, long? due = null)
    {
        var from = due ?? Stopwatch.GetTimestamp();
        try
        {
            await operation();
            kinds.GetOrAdd(kind, _ => []).Add((Stopwatch.GetElapsedTime(start, from), Stopwatch.GetElapsedTime(from)));
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or InvalidOperationException)
        {
            if (lasted is null)
            {
                failures.AddOrUpdate($"{kind}: {exception.Message}", 1, (_, n) => n + 1);
            }

            return false;
        }
    }

    public TimeSpan Percentile(int percent)
    {
        var all = All(counted);
        return all.Count == 0 ? TimeSpan.MaxValue : all[Math.Min(all.Count - 1, all.Count * percent / 100)];
    }

    public void Print()
    {
        foreach (var kind in kinds.Keys.Order(StringComparer.Ordinal))
        {
            Print(kind, All(kind));
            if (first is { } within && All(kind, within) is { Count: > 0 } early)
            {
                Print($"  of these begun in the first {within.TotalSeconds:F0} s", early);
            }
        }

        foreach (var (what, times) in failures.OrderByDescending(failure => failure.Value).Take(5))
        {
            Console.WriteLine($"  failed {times} times: {what}");
        }
    }

    private static void Print(string what, List<TimeSpan> all)
    {
        string At(int percent) => string.Create(CultureInfo.InvariantCulture, $"{all[Math.Min(all.Count - 1, all.Count * percent / 100)].TotalMilliseconds,8:F1}");
        Console.WriteLine($"  {what,-36} {all.Count,6}   median {At(50)} ms   p95 {At(95)} ms   p99 {At(99)} ms   slowest {At(100)} ms");
    }

    private List<TimeSpan> All(string kind, TimeSpan? within = null) =>
        kinds.TryGetValue(kind, out var times) ? [.. times.Where(time => within is null || time.Began < within).Select(time => time.Took).Order()] : [];
}
