using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>Says what a declaration holds, and what one changes, in a reader's language.</summary>
public sealed class CapacityWords(PlacementDb db, Texts texts)
{
    private Dictionary<string, LocalizedText> programmes = [];

    /// <summary>Once per request, before the others.</summary>
    public async Task LearnAsync(CancellationToken cancellationToken) =>
        programmes = await db.Programmes.AsNoTracking().OrderBy(p => p.Code).ToDictionaryAsync(p => p.Code, p => p.Name, StringComparer.Ordinal, cancellationToken);

    /// <summary>Codes and names of the programmes, by name.</summary>
    public IReadOnlyList<(string Code, string Name)> Programmes(Language language) =>
        [.. programmes.Select(p => (p.Key, p.Value.In(language).Text)).OrderBy(p => p.Text, StringComparer.Create(Culture.Of(language), false)).ThenBy(p => p.Key, StringComparer.Ordinal)];

    public string Places(Language language, int? max) => max is { } most ? most.ToString(Culture.Of(language)) : texts.Get(language, "capacity.no-limit");

    /// <summary>For example "at least 2, or nobody"; null where there is no minimum.</summary>
    public string? Minimum(Language language, int min, Opening opening) =>
        min == 0 ? null : texts.Get(language, opening == Opening.IfOpen ? "capacity.min.if-open" : "capacity.min.always", min);

    public string Admitted(Language language, DeclaredOffer offer) => Admitted(language, offer.Programmes);

    public string Admitted(Language language, ImmutableArray<string>? admitted) =>
        admitted is { } codes ? List(language, codes.Select(code => programmes.TryGetValue(code, out var name) ? name.In(language).Text : code)) : texts.Get(language, "capacity.all-programmes");

    /// <summary>Null: no dates given.</summary>
    public string? Dates(Language language, DeclaredOffer offer) => Dates(language, offer.StartsOn, offer.EndsOn);

    /// <summary>Null: no dates given.</summary>
    public string? Dates(Language language, DateOnly? startsOn, DateOnly? endsOn)
    {
        // The long form of the culture would add the day of the week.
        string Say(DateOnly date) => date.ToString(language == Language.SimplifiedChinese ? "yyyy年M月d日" : "d MMMM yyyy", Culture.Of(language));
        return (startsOn, endsOn) switch
        {
            ({ } from, { } until) => texts.Get(language, "capacity.dates.both", Say(from), Say(until)),
            ({ } from, null) => texts.Get(language, "capacity.dates.from", Say(from)),
            (null, { } until) => texts.Get(language, "capacity.dates.until", Say(until)),
            _ => null,
        };
    }

    public string Spoken(Language language, DeclaredOffer offer) => Spoken(language, offer.Languages);

    public string Spoken(Language language, IEnumerable<string> tags) =>
        List(language, tags.Select(tag => texts.Has("language." + tag) ? texts.Get(language, "language." + tag) : tag));

    /// <summary>One line per change: what it concerns, and how it was before and is now.</summary>
    public IReadOnlyList<ChangeLine> Lines(Language language, CapacityDiff diff, IReadOnlyCollection<CapacityChange> changes) => [.. changes.Where(change => !SaidWithMinimum(change, changes)).Select(change =>
    {
        var after = diff.After.Offers.FirstOrDefault(offer => offer.Code == change.Offer);
        var before = diff.Before?.Offers.FirstOrDefault(offer => offer.Code == change.Offer);
        var named = after ?? before;
        var subject = named is null ? texts.Get(language, "capacity.total") : $"{named.Code} – {named.Title.In(language).Text}";
        var field = texts.Get(language, "capacity.field." + change.Field);
        return change.Field is CapacityField.OfferAdded or CapacityField.OfferWithdrawn or CapacityField.Description
            ? new(subject, field, null, null)
            : new ChangeLine(
                subject,
                field,
                change.Offer is null ? Total(language, change.Field, diff.Before) : Value(language, change.Field, before),
                change.Offer is null ? Total(language, change.Field, diff.After) : Value(language, change.Field, after));
    })];

    // "at least 2, or nobody" says both.
    private static bool SaidWithMinimum(CapacityChange change, IEnumerable<CapacityChange> changes) =>
        change.Field == CapacityField.Opening && changes.Contains(new CapacityChange(change.Offer, CapacityField.Min));

    private string Total(Language language, CapacityField field, DeclaredCapacity? capacity) => field switch
    {
        _ when capacity is null => "–",
        CapacityField.Max => Places(language, capacity.Max),
        _ => Minimum(language, capacity.Min, capacity.Opening) ?? texts.Get(language, "capacity.min.none"),
    };

    private string Value(Language language, CapacityField field, DeclaredOffer? offer)
    {
        if (offer is null)
        {
            return "–";
        }

        var value = field switch
        {
            CapacityField.Title => string.Join(" / ", new[] { offer.Title.Fr, offer.Title.Zh, offer.Title.En }.Where(text => !string.IsNullOrEmpty(text))),
            CapacityField.Supervisor => offer.Supervisor,
            CapacityField.SupervisorMax => Places(language, offer.SupervisorMax),
            CapacityField.Max => Places(language, offer.Max),
            CapacityField.Min or CapacityField.Opening => Minimum(language, offer.Min, offer.Opening) ?? texts.Get(language, "capacity.min.none"),
            CapacityField.Programmes => Admitted(language, offer),
            CapacityField.Dates => Dates(language, offer),
            CapacityField.Languages => Spoken(language, offer),
            CapacityField.RestrictedZone => texts.Get(language, offer.RestrictedZone ? "capacity.yes" : "capacity.no"),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "Has no value."),
        };
        return string.IsNullOrEmpty(value) ? "–" : value;
    }

    private static string List(Language language, IEnumerable<string> words) => string.Join(language == Language.SimplifiedChinese ? "、" : ", ", words);
}

/// <param name="Before">Null, as <paramref name="After"/>, where the change is the whole offer or a long text.</param>
public sealed record ChangeLine(string Subject, string Field, string? Before, string? After);
