using System.Globalization;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>A declaration as it is typed. Everything is text, so that what cannot be read is shown again as it was written.</summary>
public sealed class CapacityForm
{
    public const int MostOffers = 100;

    public int Version { get; set; }

    public string? Max { get; set; }

    public string? Min { get; set; }

    public bool IfOpen { get; set; }

    public List<OfferForm> Offers { get; set; } = [];

    public static CapacityForm Of(DeclaredCapacity capacity, IReadOnlyList<string> programmes, int version) => new()
    {
        Version = version,
        Max = Text(capacity.Max),
        Min = Text(capacity.Min),
        IfOpen = capacity.Opening == Opening.IfOpen,
        Offers = [.. capacity.Offers.Select(offer => OfferForm.Of(offer, programmes))],
    };

    /// <summary>What was typed, as a capacity; each thing that cannot be read is a problem at its field.</summary>
    /// <param name="programmes">Codes of all programmes: a choice of all of them is "all", also those to come.</param>
    public DeclaredCapacity Read(IReadOnlyList<string> programmes, List<Problem> problems)
    {
        var min = Number(Min, nameof(Min), problems) ?? 0;
        return new(min, Number(Max, nameof(Max), problems), OpeningOf(IfOpen, min), [.. Offers.Select((offer, i) => offer.Read($"Offers[{i}].", programmes, problems))]);
    }

    // Without a minimum there is nothing to open only for.
    internal static Opening OpeningOf(bool ifOpen, int min) => ifOpen && min > 0 ? Opening.IfOpen : Opening.Always;

    internal static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    internal static int? Number(string? text, string field, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        problems.Add(Problem.On(field, "declaration.number", text.Trim()));
        return null;
    }
}

/// <summary>One offer as it is typed.</summary>
public sealed class OfferForm
{
    public const int LongestTitle = 200;
    public const int LongestDescription = 4000;

    /// <summary>Languages work can be done in.</summary>
    public static IReadOnlyList<string> Tongues { get; } = ["fr", "en", "zh"];

    public string Code { get; set; } = "";

    public string? TitleFr { get; set; }

    public string? TitleZh { get; set; }

    public string? TitleEn { get; set; }

    public string? DescriptionFr { get; set; }

    public string? DescriptionZh { get; set; }

    public string? DescriptionEn { get; set; }

    public string? Supervisor { get; set; }

    public string? SupervisorMax { get; set; }

    public string? Max { get; set; }

    public string? Min { get; set; }

    public bool IfOpen { get; set; }

    public List<string> Programmes { get; set; } = [];

    public string? StartsOn { get; set; }

    public string? EndsOn { get; set; }

    public List<string> Languages { get; set; } = [];

    public bool RestrictedZone { get; set; }

    /// <summary>How the fields of a language end.</summary>
    public static string Suffix(Language language) => language switch
    {
        Language.French => "Fr",
        Language.SimplifiedChinese => "Zh",
        _ => "En",
    };

    public string? TitleIn(Language language) => language switch
    {
        Language.French => TitleFr,
        Language.SimplifiedChinese => TitleZh,
        _ => TitleEn,
    };

    public string? DescriptionIn(Language language) => language switch
    {
        Language.French => DescriptionFr,
        Language.SimplifiedChinese => DescriptionZh,
        _ => DescriptionEn,
    };

    public static OfferForm Of(DeclaredOffer offer, IReadOnlyList<string> programmes) => new()
    {
        Code = offer.Code,
        TitleFr = offer.Title.Fr,
        TitleZh = offer.Title.Zh,
        TitleEn = offer.Title.En,
        DescriptionFr = offer.Description?.Fr,
        DescriptionZh = offer.Description?.Zh,
        DescriptionEn = offer.Description?.En,
        Supervisor = offer.Supervisor,
        SupervisorMax = CapacityForm.Text(offer.SupervisorMax),
        Max = CapacityForm.Text(offer.Max),
        Min = CapacityForm.Text(offer.Min),
        IfOpen = offer.Opening == Opening.IfOpen,
        Programmes = [.. offer.Programmes ?? [.. programmes]],
        StartsOn = offer.StartsOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        EndsOn = offer.EndsOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Languages = [.. offer.Languages],
        RestrictedZone = offer.RestrictedZone,
    };

    internal DeclaredOffer Read(string prefix, IReadOnlyList<string> programmes, List<Problem> problems)
    {
        if (!IsCode(Code))
        {
            problems.Add(Problem.On(prefix + nameof(Code), "declaration.code", Code));
        }

        var title = new LocalizedText(Line(TitleFr, prefix + "Title", problems), Line(TitleZh, prefix + "Title", problems), Line(TitleEn, prefix + "Title", problems));
        var description = new LocalizedText(Long(DescriptionFr, prefix, problems), Long(DescriptionZh, prefix, problems), Long(DescriptionEn, prefix, problems));
        var max = CapacityForm.Number(Max, prefix + nameof(Max), problems);
        if (max is null && string.IsNullOrWhiteSpace(Max))
        {
            problems.Add(Problem.On(prefix + nameof(Max), "declaration.no-capacity"));
        }

        var min = CapacityForm.Number(Min, prefix + nameof(Min), problems) ?? 0;
        return new(
            Code,
            title,
            description == new LocalizedText(null, null, null) ? null : description,
            Line(Supervisor, prefix + nameof(Supervisor), problems),
            CapacityForm.Number(SupervisorMax, prefix + nameof(SupervisorMax), problems),
            min,
            max ?? 0,
            CapacityForm.OpeningOf(IfOpen, min),
            programmes.All(Programmes.Contains) ? null : [.. programmes.Where(Programmes.Contains)],
            Date(StartsOn, prefix + nameof(StartsOn), problems),
            Date(EndsOn, prefix + nameof(EndsOn), problems),
            [.. Tongues.Where(Languages.Contains)],
            RestrictedZone);
    }

    private static bool IsCode(string code) => code.Length is > 0 and <= 60 && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');

    private static string? Line(string? text, string field, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var line = PersonName.Clean(text);
        if (line.Length > LongestTitle)
        {
            problems.Add(Problem.On(field, "declaration.too-long", line.Length, LongestTitle));
        }

        return line;
    }

    private static string? Long(string? text, string prefix, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var trimmed = text.Trim().Replace("\r\n", "\n", StringComparison.Ordinal);
        if (trimmed.Length > LongestDescription)
        {
            problems.Add(Problem.On(prefix + "Description", "declaration.too-long", trimmed.Length, LongestDescription));
        }

        return trimmed;
    }

    private static DateOnly? Date(string? text, string field, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        problems.Add(Problem.On(field, "declaration.date", text.Trim()));
        return null;
    }
}
