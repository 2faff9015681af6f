using WutAmu.Placement.Web.Platform.Telemetry;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>How long writes took from asking for the gate to the commit: the last few for the health page, all of them for a collector.</summary>
public sealed class WriteLatency
{
    /// <summary>So many writes the figures are of.</summary>
    public const int Kept = 2048;

    private readonly Lock guard = new();
    private readonly double[] last = new double[Kept];
    private long count;
    private long commits;

    /// <summary>Commits since the start. Writes that wait together share one, so they are no more than the writes.</summary>
    public long Commits => Interlocked.Read(ref commits);

    public void CountCommit() => Interlocked.Increment(ref commits);

    public void Record(TimeSpan took)
    {
        Measures.WriteDuration.Record(took.TotalSeconds);
        lock (guard)
        {
            last[count++ % Kept] = took.TotalMilliseconds;
        }
    }

    /// <returns>Writes since the start, and the given part of the last ones in milliseconds; 0 before the first.</returns>
    public (long Count, double Milliseconds) Percentile(double part)
    {
        lock (guard)
        {
            var kept = (int)Math.Min(count, Kept);
            if (kept == 0)
            {
                return (0, 0);
            }

            var sorted = last[..kept];
            Array.Sort(sorted);
            return (count, sorted[Math.Clamp((int)Math.Ceiling(part * kept) - 1, 0, kept - 1)]);
        }
    }
}
