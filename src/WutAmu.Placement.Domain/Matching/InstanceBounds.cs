namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads the bounds that a row has, and what its minimum depends on.</summary>
internal static class InstanceBounds
{
    public static int Min(ref JsonInput json) => (int)(json.Whole(0, InstanceReader.MaxNumber) ?? 0);

    public static int? Max(ref JsonInput json) => (int?)json.Whole(0, InstanceReader.MaxNumber, nullable: true);

    public static void Check(ref JsonInput json, int min, int? max)
    {
        if (min > max)
        {
            json.Scan.Add($"min {min} is greater than max {max}.");
        }
    }

    public static Opening OpeningOf(ref JsonInput json)
    {
        switch (json.Text())
        {
            case "if-open":
                return Opening.IfOpen;
            case "always" or null:
                return Opening.Always;
            case var other:
                json.Scan.Add($"must be \"always\" or \"if-open\", not \"{JsonScan.Shorten(other)}\".");
                return Opening.Always;
        }
    }
}
