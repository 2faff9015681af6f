using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>What each step of one student cost the service, the first time and later.</summary>
internal sealed class FirstSteps(ServiceProcess service)
{
    private readonly Dictionary<string, List<(TimeSpan Took, TimeSpan Spent)>> steps = [];

    public async Task TakeAsync(string step, Func<Task> operation)
    {
        var (from, spent) = (Stopwatch.GetTimestamp(), service.ProcessorTime);
        await operation();
        var cost = (Stopwatch.GetElapsedTime(from), service.ProcessorTime - spent);
        if (!steps.TryGetValue(step, out var costs))
        {
            steps[step] = costs = [];
        }

        costs.Add(cost);
    }

    public void Print()
    {
        foreach (var (step, costs) in steps)
        {
            string Of(Func<(TimeSpan Took, TimeSpan Spent), TimeSpan> of) => string.Create(
                CultureInfo.InvariantCulture, $"first {of(costs[0]).TotalMilliseconds,7:F1}   then {costs.Skip(1).Average(cost => of(cost).TotalMilliseconds),7:F1}");
            Console.WriteLine($"  {step,-8} {costs.Count,4}   ms of the clock: {Of(cost => cost.Took)}   of the processor: {Of(cost => cost.Spent)}");
        }
    }
}
