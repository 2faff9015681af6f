using System.Diagnostics;
using System.Globalization;
using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>What each page of a student costs at the institute's size, beside the cheapest answer of the same process.</summary>
internal static class Pages
{
    private const int Students = 170;
    private const int TopicsEach = 5;
    private const int WarmUp = 40;
    private const string Cheapest = "/health/live";

    public static async Task RunAsync(string folder, int times)
    {
        var crowd = await Crowd.CreateAsync(folder, Students, TopicsEach, described: true);
        await using var service = await ServiceProcess.StartAsync(folder);
        using var web = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = System.Net.DecompressionMethods.All }) { BaseAddress = service.Address };
        using var raw = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = service.Address };
        var students = crowd.Students.Select(person => new StudentBrowser(web, crowd.Campaign, person, crowd.Offers)).ToArray();
        await Load.SignInAsync(students);
        await Parallel.ForEachAsync(students, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (student, _) => await RankAsync(student));

        Console.WriteLine($"pages: {Crowd.Laboratories * TopicsEach} offers with texts, {Students} students with a list of ten or so in force; one reader, each page {times} times");
        var floor = await MeasureAsync(service, raw, students[0], Cheapest, times);
        Print("the cheapest answer", Cheapest, floor, floor);
        foreach (var (name, path) in Of(crowd.Campaign, $"{crowd.Offers[^1]}"))
        {
            Print(name, path, await MeasureAsync(service, raw, students[0], path, times), floor);
        }
    }

    private static async Task RankAsync(StudentBrowser student)
    {
        var random = new Random(1);
        await student.OpenAsync();
        for (var i = 0; i < 16; i++)
        {
            await student.SaveAsync(random);
        }

        await student.SubmitAsync();
    }

    private static IEnumerable<(string Name, string Path)> Of(CampaignId campaign, string offer) =>
    [
        ("dashboard", "/"),
        ("offers", $"/Offers/{campaign}"),
        ("offers, last page", $"/Offers/{campaign}?p=13"),
        ("offers, words", $"/Offers/{campaign}?q=bacterial+imaging"),
        ("offers, no such word", $"/Offers/{campaign}?q=zebra"),
        ("offers, field", $"/Offers/{campaign}?field=Field+3"),
        ("offers, campus", $"/Offers/{campaign}?campus=Luminy"),
        ("offers, language", $"/Offers/{campaign}?language=en"),
        ("offers, host", $"/Offers/{campaign}?host=L07"),
        ("offers, programme", $"/Offers/{campaign}?programme=all"),
        ("offer", $"/Offers/{campaign}/{offer}"),
        ("list", $"/Rankings/{campaign}"),
        ("check", $"/Rankings/{campaign}/Check"),
        ("receipt", $"/Rankings/{campaign}/Versions/1"),
        ("history", $"/Rankings/{campaign}/Versions"),
    ];

    private static async Task<Cost> MeasureAsync(ServiceProcess service, HttpClient raw, StudentBrowser reader, string path, int times)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await reader.LookAsync(raw, path);
        }

        var (bytes, took, spent) = (0, new List<TimeSpan>(), service.ProcessorTime);
        for (var i = 0; i < times; i++)
        {
            var from = Stopwatch.GetTimestamp();
            bytes = await reader.LookAsync(raw, path);
            took.Add(Stopwatch.GetElapsedTime(from));
        }

        return new(bytes, [.. took.Order()], (service.ProcessorTime - spent) / times);
    }

    private static void Print(string name, string path, Cost cost, Cost floor) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-22} {cost.Spent.TotalMilliseconds,7:F2} ms of the processor ({cost.Spent / floor.Spent,5:F1} x the cheapest)   median {cost.At(50),7:F1} ms   p99 {cost.At(99),7:F1} ms   {cost.Bytes,6} bytes   {path[Math.Max(0, path.LastIndexOf('?'))..]}"));

    /// <param name="Bytes">Of the answer's body, compressed.</param>
    /// <param name="Spent">Processor time of the service for one.</param>
    private sealed record Cost(int Bytes, List<TimeSpan> Took, TimeSpan Spent)
    {
        public double At(int percent) => Took[Math.Min(Took.Count - 1, Took.Count * percent / 100)].TotalMilliseconds;
    }
}
