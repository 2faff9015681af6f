using System.Text;
using Sylvan.Data.Csv;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <summary>One CSV file as rows by column name. UTF-8 (with or without byte order mark), else GB18030 as Chinese Excel writes it; <c>;</c>, <c>,</c> or tab.</summary>
internal sealed class CsvTable
{
    private const int MaxBytes = 5_000_000;
    private const int MaxField = 4_000;

    private CsvTable(string file, IReadOnlyList<CsvRow> rows)
    {
        File = file;
        Rows = rows;
    }

    public string File { get; }

    public IReadOnlyList<CsvRow> Rows { get; }

    /// <param name="optional">Columns that a file may do without.</param>
    public static CsvTable Read(string file, byte[] bytes, IReadOnlyList<string> columns, IReadOnlyList<string> optional, ICollection<ImportProblem> problems)
    {
        if (bytes.Length > MaxBytes)
        {
            problems.Add(new(file, 0, "", "", "import.too-large"));
            return new(file, []);
        }

        var text = Decode(bytes);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add(new(file, 0, "", "", "import.not-text"));
            return new(file, []);
        }

        var firstLine = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end && end >= 0 ? end : text.Length);
        var delimiter = firstLine.Contains(';') ? ';' : firstLine.Contains('\t') ? '\t' : ',';
        var rows = new List<CsvRow>();
        try
        {
            using var csv = CsvDataReader.Create(new StringReader(text), new CsvDataReaderOptions { Delimiter = delimiter, HasHeaders = true, BufferSize = 1 << 16 });
            var header = Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetName(i).Trim()).ToList();
            foreach (var column in columns.Where(column => !header.Contains(column, StringComparer.OrdinalIgnoreCase)))
            {
                problems.Add(new(file, 1, column, "", "import.missing-column"));
            }

            foreach (var column in header.Where(column => !columns.Concat(optional).Contains(column, StringComparer.OrdinalIgnoreCase)))
            {
                problems.Add(new(file, 1, column, column, "import.unknown-column"));
            }

            while (csv.Read())
            {
                var line = csv.RowNumber + 1;
                var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                for (var i = 0; i < header.Count && i < csv.RowFieldCount; i++)
                {
                    values[header[i]] = csv.GetString(i).Trim();
                }

                if (values.Values.All(value => value.Length == 0))
                {
                    continue;
                }

                if (csv.RowFieldCount != header.Count)
                {
                    problems.Add(new(file, line, "", csv.RowFieldCount.ToString(System.Globalization.CultureInfo.InvariantCulture), "import.width", header.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                    continue;
                }

                foreach (var (column, value) in values.Where(pair => pair.Value.Length > MaxField))
                {
                    problems.Add(new(file, line, column, value[..40] + "…", "import.too-long"));
                }

                // A line break in a name would be a header of its own in a letter.
                foreach (var (column, value) in values.Where(pair => !SingleLine.IsClean(pair.Value)))
                {
                    problems.Add(new(file, line, column, SingleLine.Clean(value), "import.characters"));
                }

                rows.Add(new(file, line, values, problems));
            }
        }
        catch (CsvFormatException e)
        {
            problems.Add(new(file, e.RowNumber + 1, "", "", "import.not-csv"));
        }

        return new(file, rows);
    }

    private static string Decode(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return Encoding.GetEncoding("GB18030").GetString(bytes);
        }
    }
}
