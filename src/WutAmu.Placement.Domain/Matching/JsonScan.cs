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

    private readonly List<InstanceProblem> problems = [];
    private long untold;

    // The way from the root to the value being read: a member's name, or null and a position in a list.
    private readonly string?[] names = new string?[MaxDepth + 1];
    private readonly int[] positions = new int[MaxDepth + 1];
    private int depth;

    /// <summary>In the order found; the last says how many more there are, if any.</summary>
    public IReadOnlyList<InstanceProblem> Problems =>
        untold == 0 ? problems : [.. problems.Take(MostProblems - 1), new("$", $"{untold + 1} more problems are not listed.")];

    public IdTable Ids { get; } = new();

    /// <summary>Ids of the choices of all students, one after the other, and where each student's end.</summary>
    public ChoiceLog Choices { get; } = new();

    /// <summary>Room for the characters of an id.</summary>
    public char[] Characters { get; } = new char[MaxIdLength];

    /// <summary>Path of the value being read. Made for problems alone: a large instance has millions of choices.</summary>
    public string Path
    {
        get
        {
            var path = new StringBuilder("$");
            for (var i = 0; i < depth; i++)
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

    public void Add(string message) => Add(Path, message);

    /// <summary>Tells it of the object or list that the value being read lies in.</summary>
    public void AddToOwner(string message)
    {
        depth--;
        Add(message);
        depth++;
    }

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
}
