using System.Globalization;

namespace WutAmu.Placement.Web.Benchmarks;

/// <param name="Folder">The disk to measure; null: the temporary one.</param>
internal sealed record Plan(int Students, TimeSpan Rush, int WritesPerSecond, TimeSpan Steady, int Clients, TimeSpan Saturation, int Pages, bool PagesAlone, string? Folder)
{
    public const string Usage =
        """
        usage: scripts/bench web [--students 500] [--rush 60] [--rate 200] [--steady 20] [--clients 32] [--saturation 15] [--pages 200] [--pages-alone] [FOLDER]
          --students    students of the campaign, 1-5000
          --rush        seconds in which all of them save and submit, 1-600
          --rate        saves a second of the steady phase, 1-10000
          --steady      its seconds, 1-600
          --clients     students that save without a pause in the saturation phase, 1-500, not more than --students
          --saturation  its seconds, 1-600
          --pages       requests for each page of a student, 1-10000
          --pages-alone the pages and nothing else
          FOLDER        the disk to measure, the temporary one unless told
        """;

    public static bool TryRead(string[] arguments, out Plan plan)
    {
        var numbers = new Dictionary<string, (int Value, int Most)>
        {
            ["--students"] = (500, 5000),
            ["--rush"] = (60, 600),
            ["--rate"] = (200, 10_000),
            ["--steady"] = (20, 600),
            ["--clients"] = (32, 500),
            ["--saturation"] = (15, 600),
            ["--pages"] = (200, 10_000),
        };
        string? folder = null;
        var (right, pagesAlone) = (true, false);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (numbers.TryGetValue(arguments[i], out var number))
            {
                right &= int.TryParse(arguments.ElementAtOrDefault(++i), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= number.Most;
                numbers[arguments[i - 1]] = (value, number.Most);
            }
            else if (arguments[i] == "--pages-alone")
            {
                pagesAlone = true;
            }
            else
            {
                right &= folder is null && !arguments[i].StartsWith('-');
                folder = arguments[i];
            }
        }

        int Of(string name) => numbers[name].Value;
        TimeSpan Seconds(string name) => TimeSpan.FromSeconds(Of(name));
        plan = new(Of("--students"), Seconds("--rush"), Of("--rate"), Seconds("--steady"), Of("--clients"), Seconds("--saturation"), Of("--pages"), pagesAlone, folder);
        return right && plan.Clients <= plan.Students;
    }
}
