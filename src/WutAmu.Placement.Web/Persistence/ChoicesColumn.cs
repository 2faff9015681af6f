using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>
/// The earlier drafts of a list, and the requests carried out, as short text: they are written with every save, and thirty lists as JSON would be ten times the rest of the row.
/// Drafts: each offer once (22 characters), then lists of their numbers: <c>,</c> between equals, <c>;</c> between ranks, <c>|</c> between lists. What begins with <c>[</c> is the JSON of before.
/// </summary>
internal static class ChoicesColumn
{
    private const int IdLength = 22;

    public static PropertyBuilder<IReadOnlyList<RankedChoices>> HasDrafts(this PropertyBuilder<IReadOnlyList<RankedChoices>> property) =>
        property.HasConversion(
            new ValueConverter<IReadOnlyList<RankedChoices>, string>(value => Write(value), text => ReadDrafts(text)),
            Comparer<IReadOnlyList<RankedChoices>>(Write));

    public static PropertyBuilder<IReadOnlyList<AppliedRequest>> HasRequests(this PropertyBuilder<IReadOnlyList<AppliedRequest>> property) =>
        property.HasConversion(
            new ValueConverter<IReadOnlyList<AppliedRequest>, string>(value => Write(value), text => ReadRequests(text)),
            Comparer<IReadOnlyList<AppliedRequest>>(Write));

    internal static string Write(IReadOnlyList<RankedChoices> drafts)
    {
        if (drafts.Count == 0)
        {
            return "";
        }

        var (numbers, ids, lists) = (new Dictionary<OfferId, int>(), new StringBuilder(), new StringBuilder());
        foreach (var draft in drafts)
        {
            foreach (var group in draft.Groups)
            {
                foreach (var offer in group)
                {
                    if (!numbers.TryGetValue(offer, out var number))
                    {
                        numbers[offer] = number = numbers.Count;
                        ids.Append(Short(offer.Value));
                    }

                    lists.Append(CultureInfo.InvariantCulture, $"{number},");
                }

                lists.Append(';');
            }

            lists.Append('|');
        }

        return $"{ids}:{lists}";
    }

    internal static IReadOnlyList<RankedChoices> ReadDrafts(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        if (text[0] == '[')
        {
            return JsonColumn.Read<IReadOnlyList<RankedChoices>>(text);
        }

        var end = text.IndexOf(':', StringComparison.Ordinal);
        var ids = Enumerable.Range(0, end / IdLength).Select(i => OfferId.From(Long(text.AsSpan(i * IdLength, IdLength)))).ToArray();
        var (drafts, groups, group, number) = (new List<RankedChoices>(), ImmutableArray.CreateBuilder<ImmutableArray<OfferId>>(), ImmutableArray.CreateBuilder<OfferId>(), 0);
        foreach (var sign in text.AsSpan(end + 1))
        {
            switch (sign)
            {
                case ',':
                    group.Add(ids[number]);
                    number = 0;
                    break;
                case ';':
                    groups.Add(group.DrainToImmutable());
                    break;
                case '|':
                    drafts.Add(new(groups.DrainToImmutable()));
                    break;
                default:
                    number = (number * 10) + (sign - '0');
                    break;
            }
        }

        return drafts;
    }

    internal static string Write(IReadOnlyList<AppliedRequest> requests) =>
        string.Concat(requests.Select(request => string.Create(CultureInfo.InvariantCulture, $"{Short(request.Key)}{request.Content},{request.Version},{request.Submitted};")));

    internal static IReadOnlyList<AppliedRequest> ReadRequests(string text) =>
        text.StartsWith('[')
            ? JsonColumn.Read<IReadOnlyList<AppliedRequest>>(text)
            : [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(one =>
            {
                var parts = one[IdLength..].Split(',');
                return new AppliedRequest(Long(one.AsSpan(0, IdLength)), parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
            })];

    // Values are replaced, not changed: the very same object needs no text to compare.
    private static ValueComparer<T> Comparer<T>(Func<T, string> write)
        where T : class =>
        new((a, b) => ReferenceEquals(a, b) || (a != null && b != null && write(a) == write(b)), value => write(value).GetHashCode(StringComparison.Ordinal), value => value);

    private static string Short(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    private static Guid Long(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        Base64Url.DecodeFromChars(text, bytes);
        return new(bytes);
    }
}
