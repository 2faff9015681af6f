using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads JSON strictly: an unknown or repeated member, a wrong type or a number out of range is a problem with its path; reading goes on to find the others.</summary>
internal sealed class JsonScan
{
    /// <summary>Problems after which reading stops adding more: a hostile file must not fill the memory with messages.</summary>
    public const int MostProblems = 1000;

    public const int MaxDepth = 32;

    public const int MaxIdLength = 200;

    /// <summary>Longest text or member's name that is taken out of the file, in bytes; a longer one is refused where it lies.</summary>
    public const int MaxTextBytes = 1_000_000;

    public static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    private readonly List<InstanceProblem> problems = [];
    private readonly HashSet<string> plainIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public IReadOnlyList<InstanceProblem> Problems => problems;

    public void Add(string path, string message)
    {
        if (problems.Count < MostProblems)
        {
            problems.Add(new(path, message));
        }
    }

    /// <summary>The members of an object by name; unknown and repeated ones are problems.</summary>
    public Dictionary<string, JsonElement> Members(JsonElement element, string path, params ReadOnlySpan<string> known)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            Add(path, $"must be an object, not {Kind(element)}.");
            return members;
        }

        foreach (var (name, value) in Properties(element, path))
        {
            if (!known.Contains(name))
            {
                Add($"{path}.{Shorten(name)}", $"unknown member. Known: {string.Join(", ", known.ToArray())}.");
            }
            else if (!members.TryAdd(name, value))
            {
                Add($"{path}.{name}", "stands twice.");
            }
        }

        return members;
    }

    /// <summary>The members of an object with whatever names; a name that is no text is a problem.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Properties(JsonElement element, string path)
    {
        foreach (var member in element.EnumerateObject())
        {
            string name;
            if (JsonMarshal.GetRawUtf8PropertyName(member).Length > MaxTextBytes)
            {
                Add(path, $"a member's name is longer than {MaxTextBytes} bytes.");
                continue;
            }

            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                // As with texts: JSON allows what is no valid Unicode.
                Add(path, "a member's name is not valid Unicode.");
                continue;
            }

            yield return (name, member.Value);
        }
    }

    public IEnumerable<(JsonElement Element, string Path)> Items(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Add(path, $"must be a list, not {Kind(element)}.");
            yield break;
        }

        var i = 0;
        foreach (var item in element.EnumerateArray())
        {
            yield return (item, $"{path}[{i++}]");
        }
    }

    public string Id(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (!members.TryGetValue(name, out var element))
        {
            Add(path, $"member \"{name}\" is missing.");
            return "";
        }

        return Id(element, $"{path}.{name}");
    }

    public string Id(JsonElement element, string path)
    {
        if (Text(element, path) is not { } id)
        {
            return "";
        }

        if (id.Length is 0 or > MaxIdLength)
        {
            Add(path, id.Length == 0 ? "an id must not be empty." : $"an id has at most {MaxIdLength} characters; this one has {id.Length}.");
        }

        return id;
    }

    public string? Text(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            Add(path, $"must be a text, not {Kind(element)}.");
            return null;
        }

        if (JsonMarshal.GetRawUtf8Value(element).Length > MaxTextBytes)
        {
            Add(path, $"is a text of more than {MaxTextBytes} bytes.");
            return null;
        }

        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is valid JSON and no valid text.
            Add(path, "is not valid Unicode.");
            return null;
        }
    }

    public bool Bool(Dictionary<string, JsonElement> members, string name, string path, bool absent)
    {
        if (!members.TryGetValue(name, out var element))
        {
            return absent;
        }

        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.GetBoolean();
        }

        Add($"{path}.{name}", $"must be true or false, not {Kind(element)}.");
        return absent;
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; null where the member is absent, or null and <paramref name="nullable"/>.</summary>
    public long? Whole(Dictionary<string, JsonElement> members, string name, string path, long least, long most, bool nullable = false)
    {
        if (!members.TryGetValue(name, out var element) || (nullable && element.ValueKind == JsonValueKind.Null))
        {
            return null;
        }

        return Whole(element, $"{path}.{name}", least, most);
    }

    public long? Whole(JsonElement element, string path, long least, long most)
    {
        if (element.ValueKind != JsonValueKind.Number)
        {
            Add(path, $"must be a whole number, not {Kind(element)}.");
            return null;
        }

        if (!element.TryGetInt64(out var value))
        {
            Add(path, $"{Raw(element)} is not a whole number that fits.");
            return null;
        }

        if (value < least || value > most)
        {
            Add(path, $"{value} is not from {least} to {most}.");
            return null;
        }

        return value;
    }

    public ImmutableArray<string> Ids(JsonElement element, string path)
    {
        seen.Clear();
        return ReadIds(element, path);
    }

    public ImmutableArray<ImmutableArray<string>> Groups(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Add(path, $"must be a list, not {Kind(element)}.");
            return [];
        }

        seen.Clear();
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<string>>(element.GetArrayLength());
        foreach (var group in element.EnumerateArray())
        {
            // Paths are made for problems alone: a large instance has millions of choices.
            var ids = IsPlain(group) ? ReadIds(group, "") : ReadIds(group, $"{path}[{groups.Count}]");
            if (ids.Length == 0 && group.ValueKind == JsonValueKind.Array)
            {
                Add($"{path}[{groups.Count}]", "a tie group must not be empty.");
            }

            groups.Add(ids);
        }

        return groups.MoveToImmutable();

        bool IsPlain(JsonElement group)
        {
            if (group.ValueKind != JsonValueKind.Array || group.GetArrayLength() != 1 || PlainId(group[0]) is not { } id)
            {
                return false;
            }

            return !seen.Contains(id);
        }
    }

    private ImmutableArray<string> ReadIds(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Add(path, $"must be a list, not {Kind(element)}.");
            return [];
        }

        var ids = ImmutableArray.CreateBuilder<string>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            var id = PlainId(item) ?? Id(item, $"{path}[{ids.Count}]");
            if (id.Length > 0 && !seen.Add(id))
            {
                Add($"{path}[{ids.Count}]", $"\"{id}\" stands twice.");
            }

            ids.Add(id);
        }

        return ids.MoveToImmutable();
    }

    /// <summary>An id of printable ASCII, written without escapes, as one object however often it stands in the file; null: anything else, right or wrong.</summary>
    private string? PlainId(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        if (text.Length is 0 or > MaxIdLength || text.Contains((byte)'\\') || text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return null;
        }

        Span<char> characters = stackalloc char[text.Length];
        Encoding.ASCII.GetChars(text, characters);
        var lookup = plainIds.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(characters, out var id))
        {
            id = new(characters);
            plainIds.Add(id);
        }

        return id;
    }

    public static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    /// <summary>How the value begins in the file.</summary>
    public static string Raw(JsonElement element)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(element);
        return Shorten(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 100)]));
    }

    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
