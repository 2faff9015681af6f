using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using WutAmu.Placement.Domain.Hosts;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>A student's ordered list of offers: tie groups, best first; rank = position of the group from 1. Moves of an offer that is not listed change nothing.</summary>
public sealed record RankedChoices(ImmutableArray<ImmutableArray<OfferId>> Groups)
{
    public static RankedChoices Empty { get; } = new([]);

    [JsonIgnore]
    public int Count => Groups.Sum(group => group.Length);

    [JsonIgnore]
    public IEnumerable<OfferId> Offers => Groups.SelectMany(group => group);

    /// <summary>Rank from 1; null: not in the list.</summary>
    public int? RankOf(OfferId offer)
    {
        for (var i = 0; i < Groups.Length; i++)
        {
            if (Groups[i].Contains(offer))
            {
                return i + 1;
            }
        }

        return null;
    }

    /// <summary>At the end; an offer that is listed already stays where it is.</summary>
    public RankedChoices Add(OfferId offer) => RankOf(offer) is null ? new(Groups.Add([offer])) : this;

    public RankedChoices Remove(OfferId offer) => new(TieGroups.Remove(Groups, offer));

    /// <inheritdoc cref="TieGroups.Up"/>
    public RankedChoices Up(OfferId offer) => new(TieGroups.Up(Groups, offer));

    /// <inheritdoc cref="TieGroups.Down"/>
    public RankedChoices Down(OfferId offer) => new(TieGroups.Down(Groups, offer));

    /// <inheritdoc cref="TieGroups.MoveTo"/>
    public RankedChoices MoveTo(OfferId offer, int position) => new(TieGroups.MoveTo(Groups, offer, position));

    /// <inheritdoc cref="TieGroups.TieWithAbove"/>
    public RankedChoices TieWithAbove(OfferId offer) => new(TieGroups.TieWithAbove(Groups, offer));

    /// <inheritdoc cref="TieGroups.SplitFromAbove"/>
    public RankedChoices SplitFromAbove(OfferId offer) => new(TieGroups.SplitFromAbove(Groups, offer));

    /// <summary>First 12 hexadecimal digits of the SHA-256 of the list; on the receipt, so that both sides can compare.</summary>
    public string ShortHash()
    {
        var text = string.Join(';', Groups.Select(group => string.Join(',', group.Select(offer => offer.ToString()).Order(StringComparer.Ordinal))));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }

    /// <summary>Ids in the order written: <c>,</c> between equally good ones, <c>;</c> between ranks. Empty for an empty list.</summary>
    public string ToText() => string.Join(';', Groups.Select(group => string.Join(',', group)));

    /// <summary>Reads what <see cref="ToText"/> writes; empty groups are passed over, duplicates are kept for the rules to refuse.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RankedChoices? choices)
    {
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<OfferId>>();
        choices = null;
        foreach (var group in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var offers = ImmutableArray.CreateBuilder<OfferId>();
            foreach (var id in group.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!OfferId.TryParse(id, null, out var offer))
                {
                    return false;
                }

                offers.Add(offer);
            }

            groups.Add(offers.ToImmutable());
        }

        choices = new(groups.ToImmutable());
        return true;
    }

    public bool Equals(RankedChoices? other) => other is not null && ShortHash() == other.ShortHash();

    public override int GetHashCode() => ShortHash().GetHashCode(StringComparison.Ordinal);
}
