using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>Content of one capacity declaration: the host's total, and its offers.</summary>
/// <param name="Min">Least number of students, from 0.</param>
/// <param name="Max">Most students, from 0; null is no limit beyond the offers' own.</param>
public sealed record DeclaredCapacity(int Min, int? Max, Opening Opening, ImmutableArray<DeclaredOffer> Offers)
{
    /// <summary>Highest number a bound may have.</summary>
    public const int Most = 1000;

    /// <summary>Most students that can come: the lesser of the host's total and its offers' places.</summary>
    public int CountPlaces() => Math.Min(Max ?? int.MaxValue, Offers.Sum(offer => offer.Max));

    public DeclaredCapacity Without(string offer) => this with { Offers = Offers.RemoveAll(one => one.Code == offer) };

    /// <summary>First 12 hexadecimal digits of the SHA-256 of the content; on the receipt, so that both sides can compare. The order of the offers does not count.</summary>
    public string ShortHash()
    {
        // Length-prefixed, so that no two different declarations give the same text.
        var text = new StringBuilder();
        Add(text, Min.ToString(CultureInfo.InvariantCulture), Max?.ToString(CultureInfo.InvariantCulture), Opening.ToString());
        foreach (var offer in Offers.OrderBy(offer => offer.Code, StringComparer.Ordinal))
        {
            Add(text, [.. offer.Parts()]);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..12];
    }

    /// <summary>Everything that keeps it from being declared, in the order of the form; fields are named <c>Min</c>, <c>Offers[2].Max</c>.</summary>
    /// <returns>Problems <c>declaration.capacity-range</c>, <c>declaration.min-over-max</c>, <c>declaration.duplicate-offer</c>, <c>declaration.no-title</c>, <c>declaration.dates</c>.</returns>
    public IReadOnlyList<Problem> Problems()
    {
        var problems = new List<Problem>();
        CheckBounds(problems, "", Min, Max);
        var codes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Offers.Length; i++)
        {
            var (offer, prefix) = (Offers[i], $"Offers[{i}].");
            if (!codes.Add(offer.Code))
            {
                problems.Add(Problem.On(prefix + nameof(offer.Code), "declaration.duplicate-offer", offer.Code));
            }

            if (offer.Title.In(Language.English).Text.Length == 0)
            {
                problems.Add(Problem.On(prefix + nameof(offer.Title), "declaration.no-title", offer.Code));
            }

            CheckBounds(problems, prefix, offer.Min, offer.Max);
            if (offer.StartsOn > offer.EndsOn)
            {
                problems.Add(Problem.On(prefix + nameof(offer.EndsOn), "declaration.dates", offer.Code));
            }
        }

        return problems;
    }

    /// <summary>
    /// What cannot be meant though it can be stored: somebody who types it is asked again; a campaign taken in from files may hold it, and its run says so.
    /// </summary>
    /// <returns>Problems <c>declaration.total-over-offers</c>, <c>declaration.no-programme</c>, <c>declaration.supervisor-max</c>.</returns>
    public IReadOnlyList<Problem> Contradictions()
    {
        var problems = new List<Problem>();
        // Of numbers that are none the sum says nothing.
        if (Offers.All(offer => offer.Max >= 0) && Offers.Sum(offer => (long)offer.Max) is var places && Min > places)
        {
            problems.Add(Problem.On(nameof(Min), "declaration.total-over-offers", Min, places));
        }

        var limits = new Dictionary<string, int?>(StringComparer.Ordinal);
        for (var i = 0; i < Offers.Length; i++)
        {
            var (offer, prefix) = (Offers[i], $"Offers[{i}].");
            if (offer.Programmes is { Length: 0 })
            {
                problems.Add(Problem.On(prefix + nameof(offer.Programmes), "declaration.no-programme", offer.Code));
            }

            if (offer.Supervisor is { } supervisor && !limits.TryAdd(supervisor, offer.SupervisorMax) && limits[supervisor] != offer.SupervisorMax)
            {
                problems.Add(Problem.On(prefix + nameof(offer.SupervisorMax), "declaration.supervisor-max", supervisor));
            }
        }

        return problems;
    }

    private static void CheckBounds(List<Problem> problems, string prefix, int min, int? max)
    {
        if (min is < 0 or > Most)
        {
            problems.Add(Problem.On(prefix + nameof(Min), "declaration.capacity-range", 0, Most));
        }

        if (max is < 0 or > Most)
        {
            problems.Add(Problem.On(prefix + nameof(Max), "declaration.capacity-range", 0, Most));
        }
        else if (min > max)
        {
            problems.Add(Problem.On(prefix + nameof(Min), "declaration.min-over-max", min, max));
        }
    }

    private static void Add(StringBuilder text, params ReadOnlySpan<string?> parts)
    {
        foreach (var part in parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
        }
    }
}

/// <param name="Code">Unique in the campaign; stable over versions: it says which offer a new version changes.</param>
/// <param name="Supervisor">Name of the supervisor, or null.</param>
/// <param name="SupervisorMax">Most students of that supervisor over all offers; null is no limit.</param>
/// <param name="Programmes">Admitted programme codes; null: all.</param>
public sealed record DeclaredOffer(
    string Code,
    LocalizedText Title,
    LocalizedText? Description,
    string? Supervisor,
    int? SupervisorMax,
    int Min,
    int Max,
    Opening Opening,
    ImmutableArray<string>? Programmes,
    DateOnly? StartsOn,
    DateOnly? EndsOn,
    ImmutableArray<string> Languages,
    bool RestrictedZone)
{
    /// <summary>What differs from <paramref name="other"/>, in the order of the form.</summary>
    public IEnumerable<CapacityField> Differences(DeclaredOffer other)
    {
        (CapacityField Field, bool Same)[] fields =
        [
            (CapacityField.Title, Title == other.Title),
            (CapacityField.Description, (Description ?? Nothing) == (other.Description ?? Nothing)),
            (CapacityField.Supervisor, Supervisor == other.Supervisor),
            (CapacityField.SupervisorMax, SupervisorMax == other.SupervisorMax),
            (CapacityField.Max, Max == other.Max),
            (CapacityField.Min, Min == other.Min),
            (CapacityField.Opening, Opening == other.Opening),
            (CapacityField.Programmes, Sorted(Programmes) == Sorted(other.Programmes)),
            (CapacityField.Dates, (StartsOn, EndsOn) == (other.StartsOn, other.EndsOn)),
            (CapacityField.Languages, Sorted(Languages) == Sorted(other.Languages)),
            (CapacityField.RestrictedZone, RestrictedZone == other.RestrictedZone),
        ];
        return fields.Where(field => !field.Same).Select(field => field.Field);
    }

    internal IEnumerable<string?> Parts() =>
    [
        Code, Title.Fr, Title.Zh, Title.En, Description?.Fr, Description?.Zh, Description?.En, Supervisor,
        Number(SupervisorMax), Number(Min), Number(Max), Opening.ToString(), Sorted(Programmes),
        StartsOn?.ToString("O", CultureInfo.InvariantCulture), EndsOn?.ToString("O", CultureInfo.InvariantCulture),
        Sorted(Languages), RestrictedZone.ToString(),
    ];

    private static readonly LocalizedText Nothing = new(null, null, null);

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Sorted(ImmutableArray<string>? values) => values is { } some ? string.Join('|', some.Order(StringComparer.Ordinal)) : null;
}
