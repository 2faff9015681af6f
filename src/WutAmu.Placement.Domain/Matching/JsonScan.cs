using System.Globalization;
using System.Text;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>What reading one file found: where it is, its problems, its ids.</summary>
internal sealed class JsonScan
{
    /// <summary>Problems after which reading stops adding more: a hostile file must not fill the memory with messages.</summary>
    public const int MostProblems = 1000;

    public const int MaxDepth = 32;

    public const int MaxIdLength = 200;

    /// <summary>Longest text or member's name that is taken out of the file, in bytes with its quotes; a longer one is refused where it lies.</summary>
    public const int MaxTextBytes = 1_000_000;

    /// <summary>Most names, values and brackets of a report or diagnosis that is kept as it stands: each takes a dozen bytes beside its text, however short that is.</summary>
    public const int MostElementTokens = 20_000_000;

    /// <summary>Most bytes of one.</summary>
    public const int MaxElementBytes = 300_000_000;

    private readonly IdTable[] ids = [.. Enum.GetValues<IdKind>().Select(_ => new IdTable())];
    private readonly List<InstanceProblem> problems = [];
    private long untold;

    // The way from the root to the value being read: a member's name, or null and a position in a list.
    private readonly string?[] names = new string?[MaxDepth + 1];
    private readonly int[] positions = new int[MaxDepth + 1];
    private int depth;

    public JsonScan()
    {
        Choices = new(Ids(IdKind.Offer));
        Pending = new(Ids(IdKind.Offer), Choices);
    }

    /// <summary>In the order found; the last says how many more there are, if any.</summary>
    public IReadOnlyList<InstanceProblem> Problems =>
        untold == 0 ? problems : [.. problems.Take(MostProblems - 1), new("$", $"{untold + 1} more problems are not listed.")];

    /// <summary>True: every id that refers to a row is one's.</summary>
    public bool AllDefined => Enumerable.Range(0, ids.Length).All(kind => kind == (int)IdKind.None || ids[kind].AllDefined());

    /// <summary>Ids of the choices of all students, one after the other, and where each student's end.</summary>
    public ChoiceLog Choices { get; }

    /// <summary>Those of the student being read that are still to come into <see cref="Choices"/>.</summary>
    public PendingChoices Pending { get; }

    /// <summary>Path of the value being read. Made for problems alone: a large instance has millions of choices.</summary>
    public string Path => PathTo(depth);

    /// <summary>Levels of objects and lists around the value being read.</summary>
    public int Depth => depth;

    public void Add(string message) => Add(Path, message);

    /// <summary>Tells it of the object or list that the value being read lies in.</summary>
    public void AddToOwner(string message)
    {
        depth--;
        Add(message);
        depth++;
    }

    /// <summary>Tells it of an item of a list in a list.</summary>
    /// <param name="outer">Depth at which the outer list lies.</param>
    public void AddToItem(int outer, int position, int inner, string message) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"{PathTo(outer)}[{position}][{inner}]"), message);

    public void Add(string path, string message)
    {
        if (problems.Count < MostProblems)
        {
            problems.Add(new(path, message));
        }
        else
        {
            untold++;
        }
    }

    /// <summary>The file is no JSON: nothing else that was found in it counts.</summary>
    public void IsNotJson(string why)
    {
        problems.Clear();
        untold = 0;
        problems.Add(new("$", $"is not JSON: {why}"));
    }

    public IdTable Ids(IdKind kind) => ids[(int)kind];

    /// <summary>Goes into an object or a list; before its first member or item.</summary>
    public void Enter()
    {
        (names[depth], positions[depth]) = (null, -1);
        depth++;
    }

    public void AtMember(string name) => names[depth - 1] = name;

    public void AtNextItem() => positions[depth - 1]++;

    /// <returns>How many items there were.</returns>
    public int Leave() => positions[--depth] + 1;

    public static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private string PathTo(int level)
    {
        var path = new StringBuilder("$");
        for (var i = 0; i < level; i++)
        {
            if (names[i] is { } name)
            {
                path.Append('.').Append(name);
            }
            else
            {
                path.Append('[').Append(positions[i].ToString(CultureInfo.InvariantCulture)).Append(']');
            }
        }

        return path.ToString();
    }
}
