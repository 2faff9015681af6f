using System.Diagnostics;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>The ways students come.</summary>
internal static class Load
{
    public const int SavesInRush = 6;

    public static readonly TimeSpan FirstSeconds = TimeSpan.FromSeconds(5);

    private const string Save = "save";

    public static async Task SignInAsync(StudentBrowser[] students)
    {
        var (cookies, token) = await StudentBrowser.AnonymousAsync(students[0].Web);
        await Parallel.ForEachAsync(students, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (student, _) => await student.SignInAsync(cookies, token));
    }

    /// <summary>One student alone goes all the way, a few times: what a page costs whoever is the first to ask for it after a start, and what it costs soon after.</summary>
    public static async Task<FirstSteps> FirstAsync(ServiceProcess service, StudentBrowser student, int times)
    {
        var steps = new FirstSteps(service);
        for (var i = 0; i < times; i++)
        {
            var random = new Random(i);
            await steps.TakeAsync("open", student.OpenAsync);
            await steps.TakeAsync(Save, () => student.SaveAsync(random));
            await steps.TakeAsync("submit", student.SubmitAsync);
        }

        return steps;
    }

    public static async Task<Timings> RushAsync(StudentBrowser[] students, TimeSpan within)
    {
        var timings = new Timings(Save, FirstSeconds);
        await Task.WhenAll(students.Select(async (student, n) =>
        {
            var random = new Random(n);
            // Every instant of a student is drawn beforehand: a slow answer delays nobody else.
            var instants = Enumerable.Range(0, SavesInRush + 2).Select(_ => within * random.NextDouble()).Order().ToArray();
            var start = Stopwatch.GetTimestamp();
            async Task UntilAsync(TimeSpan instant)
            {
                if (instant - Stopwatch.GetElapsedTime(start) is { } left && left > TimeSpan.Zero)
                {
                    await Task.Delay(left);
                }
            }

            await UntilAsync(instants[0]);
            await timings.TimeAsync("open", student.OpenAsync);
            for (var i = 1; i <= SavesInRush; i++)
            {
                await UntilAsync(instants[i]);
                await timings.TimeAsync(Save, () => student.SaveAsync(random));
            }

            await UntilAsync(instants[^1]);
            await timings.TimeAsync("submit", student.SubmitAsync);
        }));
        timings.End();
        return timings;
    }

    public static async Task<Timings> SteadyAsync(StudentBrowser[] students, int perSecond, TimeSpan duration)
    {
        var timings = new Timings(Save);
        var start = Stopwatch.GetTimestamp();
        var random = new Random(1);
        var running = new List<Task>();
        var count = (int)(perSecond * duration.TotalSeconds);
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)(i * (double)Stopwatch.Frequency / perSecond);
            while (due > Stopwatch.GetTimestamp())
            {
                await Task.Delay(1);
            }

            var student = students[i % students.Length];
            var seed = random.Next();
            running.Add(timings.TimeAsync(Save, () => student.SaveAsync(new Random(seed)), due));
        }

        await Task.WhenAll(running);
        timings.End();
        return timings;
    }

    /// <param name="kill">Ends the service while everybody waits for an answer.</param>
    public static async Task<Timings> SaturateAsync(StudentBrowser[] students, int clients, TimeSpan duration, Func<Task> kill)
    {
        var timings = new Timings(Save);
        var working = Enumerable.Range(0, clients).Select(async n =>
        {
            var random = new Random(n);
            var mine = students.Where((_, i) => i % clients == n).ToArray();
            for (var i = 0; ; i++)
            {
                if (!await timings.TimeAsync(Save, () => mine[i % mine.Length].SaveAsync(random)))
                {
                    return;
                }
            }
        }).ToArray();
        await Task.Delay(duration);
        timings.End();
        await kill();
        await Task.WhenAll(working);
        return timings;
    }
}
