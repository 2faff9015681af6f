namespace WutAmu.Placement.Benchmarks;

/// <summary>Rows with a name at the left and figures at the right, printed as they come.</summary>
internal sealed class Table
{
    public const string Nothing = "–";

    // The longest name of a policy with its prefix, and a space.
    private const int NameWidth = 34;
    private const int LeastWidth = 9;

    // Nothing shorter is told apart from the clock's own step.
    private const double Shortest = 1e-5;

    private readonly int[] widths;

    public Table(string rows, params ReadOnlySpan<(string Name, string Unit)> columns)
    {
        widths = new int[columns.Length];
        var (names, units) = (rows.PadRight(NameWidth), "".PadRight(NameWidth));
        for (var c = 0; c < columns.Length; c++)
        {
            widths[c] = Math.Max(LeastWidth, Math.Max(columns[c].Name.Length, columns[c].Unit.Length)) + 2;
            names += columns[c].Name.PadLeft(widths[c]);
            units += columns[c].Unit.PadLeft(widths[c]);
        }

        Console.WriteLine();
        Console.WriteLine(names);
        if (units.Trim().Length > 0)
        {
            Console.WriteLine(units);
        }
    }

    /// <param name="remark">After the last figure; null: none.</param>
    public void Row(string name, ReadOnlySpan<string> cells, string? remark = null)
    {
        var line = name.PadRight(NameWidth);
        for (var c = 0; c < cells.Length; c++)
        {
            line += cells[c].PadLeft(widths[c]);
        }

        Console.WriteLine(remark is null ? line.TrimEnd() : $"{line}  {remark}");
    }

    public static string Seconds(double? seconds) => seconds switch
    {
        null => Nothing,
        < 0.001 => $"{seconds:F6}",
        < 1 => $"{seconds:F4}",
        < 100 => $"{seconds:F2}",
        _ => $"{seconds:F0}",
    };

    public static string Megabytes(double? megabytes) => megabytes is { } some ? $"{some:F0}" : Nothing;

    /// <returns>Null where one of the two was not measured, or is too short to be divided by.</returns>
    public static double? Quotient(double? seconds, double? by) => seconds is { } one && by is >= Shortest ? one / by : null;

    public static string Ratio(double? ratio) => ratio switch
    {
        null => Nothing,
        < 0.1 => $"{ratio:F4}",
        < 100 => $"{ratio:F2}",
        _ => $"{ratio:F0}",
    };

    public static string Percent(double? ratio) => ratio is { } some ? $"{100 * some:F1}" : Nothing;
}
