using System.Collections.Concurrent;
using WutAmu.Placement.Domain.Placements;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Runs that this process is solving now. No other process can be, for the storage folder has one service: so a clock that jumps takes no run from its worker.</summary>
public sealed class RunsAtWork
{
    private readonly ConcurrentDictionary<RunId, int> runs = new();

    public bool Has(RunId run) => runs.ContainsKey(run);

    /// <returns>To be disposed when the work has ended.</returns>
    public IDisposable Enter(RunId run)
    {
        runs.AddOrUpdate(run, 1, (_, count) => count + 1);
        return new Stay(this, run);
    }

    private sealed class Stay(RunsAtWork at, RunId run) : IDisposable
    {
        public void Dispose()
        {
            // A second worker that found nothing to claim leaves the first one where it is.
            if (at.runs.AddOrUpdate(run, 0, (_, count) => count - 1) <= 0)
            {
                at.runs.TryRemove(KeyValuePair.Create(run, 0));
            }
        }
    }
}
