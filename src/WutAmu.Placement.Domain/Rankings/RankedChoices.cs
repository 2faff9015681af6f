using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.Hosts;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>A student's ordered list of offers: tie groups, best first; rank = position of the group from 1.</summary>
public sealed record RankedChoices(ImmutableArray<ImmutableArray<OfferId>> Groups)
{
    public static RankedChoices Empty { get; } = new([]);

    public int Count => Groups.Sum(group => group.Length);

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

    /// <summary>First 12 hexadecimal digits of the SHA-256 of the list; on the receipt, so that both sides can compare.</summary>
    public string ShortHash()
    {
        var text = string.Join(';', Groups.Select(group => string.Join(',', group.Select(offer => offer.ToString()).Order(StringComparer.Ordinal))));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }

    public bool Equals(RankedChoices? other) => other is not null && ShortHash() == other.ShortHash();

    public override int GetHashCode() => ShortHash().GetHashCode(StringComparison.Ordinal);
}
