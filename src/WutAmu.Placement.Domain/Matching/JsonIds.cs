using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Ids, lists of them and tie groups in a file. Each id is looked up once, in the table of its kind, which keeps what is defined and what is referred to.</summary>
/// <remarks>A short id written without escapes, as nearly every id is, is never made a text of its own.</remarks>
internal static class JsonIds
{
    /// <summary>To the value of the next member, whatever its name; a name that is no text is told and skipped.</summary>
    /// <param name="refersTo">What the names refer to.</param>
    /// <returns>The name; null at the end of the object.</returns>
    public static string? AnyMember(this ref JsonInput json, IdKind refersTo)
    {
        while (json.Name())
        {
            var ids = json.Scan.Ids(refersTo);
            if ((ids.AddShort(json.Plain) is var id && id >= 0 ? ids.TextOf(id) : json.MemberName()) is { } name)
            {
                if (refersTo != IdKind.None)
                {
                    ids.Refer(id >= 0 ? id : ids.Add(name));
                }

                json.Scan.AtMember(JsonScan.Shorten(name));
                json.ToValue();
                return name;
            }

            json.ToValue();
            json.Skip();
        }

        return null;
    }

    /// <summary>An id that names no row and refers to none.</summary>
    /// <returns>The id; empty where there is none.</returns>
    public static string Id(this ref JsonInput json) => json.Id(IdKind.None);

    /// <summary>An id that refers to a row.</summary>
    /// <returns>The id; empty where there is none.</returns>
    public static string Id(this ref JsonInput json, IdKind refersTo)
    {
        var ids = json.Scan.Ids(refersTo);
        var id = json.IdNumber(ids);
        if (id < 0)
        {
            return "";
        }

        if (refersTo != IdKind.None)
        {
            ids.Refer(id);
        }

        return ids.TextOf(id);
    }

    /// <summary>The id of a row.</summary>
    /// <param name="repeated">Set where another row of the kind has it.</param>
    /// <returns>The id; empty where there is none.</returns>
    public static string IdOfRow(this ref JsonInput json, IdKind kind, ref bool repeated)
    {
        var ids = json.Scan.Ids(kind);
        var id = json.IdNumber(ids);
        if (id < 0)
        {
            return "";
        }

        repeated |= !ids.Define(id);
        return ids.TextOf(id);
    }

    /// <returns>Null: the value is null.</returns>
    public static string? OptionalId(this ref JsonInput json, IdKind refersTo) => json.IsNull ? null : json.Id(refersTo);

    /// <summary>A list of ids, each once.</summary>
    public static ImmutableArray<string> Ids(this ref JsonInput json, IdKind refersTo)
    {
        json.Scan.Ids(refersTo).Forget();
        return json.Group(refersTo);
    }

    public static ImmutableArray<string>? OptionalIds(this ref JsonInput json, IdKind refersTo) => json.IsNull ? null : json.Ids(refersTo);

    /// <summary>Tie groups: a list of lists that are not empty, each id once in all of them.</summary>
    public static ImmutableArray<ImmutableArray<string>> Groups(this ref JsonInput json, IdKind refersTo)
    {
        if (!json.IsList())
        {
            return [];
        }

        json.Scan.Ids(refersTo).Forget();
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        while (json.Item())
        {
            var isList = json.Token == JsonTokenType.StartArray;
            var group = json.Group(refersTo);
            if (isList && group.Length == 0)
            {
                json.Scan.Add("a tie group must not be empty.");
            }

            groups.Add(group);
        }

        return groups.DrainToImmutable();
    }

    /// <summary>As <see cref="Groups"/>, told to a log instead of made into lists.</summary>
    public static void LogGroups(this ref JsonInput json, IdKind refersTo, ChoiceLog log)
    {
        var (ids, pending) = (json.Scan.Ids(refersTo), json.Scan.Pending);
        pending.Start(json.Scan.Depth);
        if (!json.IsList())
        {
            return;
        }

        for (var group = 0; json.Item(); group++)
        {
            if (json.Token != JsonTokenType.StartArray)
            {
                pending.Settle(json.Scan);
                json.IsList();
                log.AddNoGroup();
                continue;
            }

            json.Scan.Enter();
            var count = 0;
            for (; json.Item(); count++)
            {
                if (json.Token == JsonTokenType.String && ShortId.TryRead(json.Plain, out var id))
                {
                    pending.Add(id, group, count, json.Scan);
                    continue;
                }

                // In the order of the file, its problems too.
                pending.Settle(json.Scan);
                log.Add(json.Reference(ids), isTied: count > 0);
            }

            if (count == 0)
            {
                pending.Settle(json.Scan);
                json.Scan.Add("a tie group must not be empty.");
                log.AddNoGroup();
            }
        }

        pending.Settle(json.Scan);
    }

    public static ImmutableArray<ImmutableArray<string>>? OptionalGroups(this ref JsonInput json, IdKind refersTo) => json.IsNull ? null : json.Groups(refersTo);

    /// <returns>The number of the id in <paramref name="ids"/>; -1: there is none, which is told.</returns>
    private static int IdNumber(this ref JsonInput json, IdTable ids)
    {
        if (json.Token == JsonTokenType.String && ids.AddShort(json.Plain) is var plain && plain >= 0)
        {
            return plain;
        }

        if (json.Text() is not { } id)
        {
            return -1;
        }

        if (id.Length is 0 or > JsonScan.MaxIdLength)
        {
            json.Scan.Add(id.Length == 0 ? "an id must not be empty." : $"an id has at most {JsonScan.MaxIdLength} characters; this one has {id.Length}.");
        }

        return id.Length == 0 ? -1 : ids.Add(id);
    }

    private static ImmutableArray<string> Group(this ref JsonInput json, IdKind refersTo)
    {
        if (!json.IsList())
        {
            return [];
        }

        var ids = json.Scan.Ids(refersTo);
        var (only, count) = (-1, 0);
        ImmutableArray<string>.Builder? several = null;
        for (; json.Item(); count++)
        {
            var id = json.Reference(ids);
            if (count == 0)
            {
                only = id;
                continue;
            }

            if (several is null)
            {
                several = ImmutableArray.CreateBuilder<string>();
                several.Add(only < 0 ? "" : ids.TextOf(only));
            }

            several.Add(id < 0 ? "" : ids.TextOf(id));
        }

        return several is not null ? several.DrainToImmutable() : count == 0 ? [] : only < 0 ? [""] : ImmutableCollectionsMarshal.AsImmutableArray(ids.AloneOf(only));
    }

    /// <summary>One id of a list in which none may stand twice.</summary>
    /// <returns>Its number; -1: there is none, which is told.</returns>
    private static int Reference(this ref JsonInput json, IdTable ids)
    {
        var id = json.IdNumber(ids);
        if (id >= 0)
        {
            ids.Refer(id);
            if (!ids.See(id))
            {
                json.Scan.Add($"\"{ids.TextOf(id)}\" stands twice.");
            }
        }

        return id;
    }
}
