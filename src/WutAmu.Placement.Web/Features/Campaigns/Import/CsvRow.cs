using System.Globalization;

namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <summary>One line of a file; what is wrong with a value is reported, and reading goes on.</summary>
internal sealed class CsvRow(string file, int line, IReadOnlyDictionary<string, string> values, ICollection<ImportProblem> problems)
{
    public string this[string column] => values.TryGetValue(column, out var value) ? value : "";

    public void Refuse(string column, string code, string detail = "") => problems.Add(new(file, line, column, this[column], code, detail));

    public string Required(string column, int most = 200)
    {
        var value = this[column];
        if (value.Length == 0)
        {
            Refuse(column, "import.empty");
        }
        else if (value.Length > most)
        {
            Refuse(column, "import.too-long");
        }

        return value;
    }

    /// <summary>A whole number from 0 to 1000; null where the field is empty.</summary>
    public int? Number(string column)
    {
        var text = this[column];
        if (text.Length == 0)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1000)
        {
            return number;
        }

        Refuse(column, "import.number");
        return null;
    }

    /// <summary>A finite decimal, with point or comma; null where the field is empty.</summary>
    public double? Decimal(string column)
    {
        var text = this[column].Replace(',', '.');
        if (text.Length == 0)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        Refuse(column, "import.decimal");
        return null;
    }

    public DateOnly? Date(string column)
    {
        var text = this[column];
        if (text.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Refuse(column, "import.date");
        return null;
    }

    public bool YesOrNo(string column)
    {
        switch (this[column].ToUpperInvariant())
        {
            case "YES" or "OUI" or "是" or "1" or "TRUE":
                return true;
            case "NO" or "NON" or "否" or "0" or "FALSE" or "":
                return false;
            default:
                Refuse(column, "import.yes-no");
                return false;
        }
    }

    /// <summary>The parts of <c>a|b</c>; empty where the field is empty.</summary>
    public string[] Parts(string column) => this[column].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
