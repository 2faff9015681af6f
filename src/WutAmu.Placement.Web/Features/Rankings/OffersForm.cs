using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>What a reader looks for; empty members ask for nothing.</summary>
public sealed class OffersForm
{
    public const int MaxLength = 100;

    private string[]? sought;

    /// <summary>Words that must all occur: in titles and texts of any language, host, supervisor.</summary>
    public string? Q { get; set; }

    public string? Field { get; set; }

    public string? Campus { get; set; }

    public string? Language { get; set; }

    /// <summary>Code of the host.</summary>
    public string? Host { get; set; }

    /// <summary>Code of a programme the offer must admit; <c>all</c>: any; empty: the student's own.</summary>
    public string? Programme { get; set; }

    /// <summary>From 1. Not <c>page</c> in the address: that is a Razor page's own name, and binds before the query.</summary>
    [ModelBinder(Name = "p")]
    public int Page { get; set; } = 1;

    internal bool Matches(OfferLine line, string? programme) =>
        (string.IsNullOrEmpty(Field) || line.Host.Field == Field)
        && (string.IsNullOrEmpty(Campus) || line.Host.Campus == Campus)
        && (string.IsNullOrEmpty(Language) || line.Languages.Contains(Language))
        && (string.IsNullOrEmpty(Host) || line.Host.Code == Host)
        && (programme is null || line.Offer.Admits(programme))
        && Sought.All(word => Texts(line).Any(text => Words.Contains(text, word)));

    /// <summary>As many as the field of the page holds: a typed address must not have every text read a thousand times.</summary>
    private string[] Sought => sought ??= [.. (Q is { Length: > MaxLength } ? Q[..MaxLength] : Q ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Texts(OfferLine line) =>
        ((string?[])[line.Code, line.Title.Fr, line.Title.Zh, line.Title.En, line.Offer.Description?.Fr, line.Offer.Description?.Zh, line.Offer.Description?.En,
            line.Host.Code, line.Host.Name, line.Host.Field, line.Host.Campus, line.Supervisor]).OfType<string>();

    /// <summary>The query of this search, for another page.</summary>
    internal string Query(int page) => "?" + string.Join('&', new[] { ("q", Q), ("field", Field), ("campus", Campus), ("language", Language), ("host", Host), ("programme", Programme), ("p", page == 1 ? null : page.ToString(CultureInfo.InvariantCulture)) }
        .Where(pair => !string.IsNullOrEmpty(pair.Item2)).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2 ?? "")}"));
}
