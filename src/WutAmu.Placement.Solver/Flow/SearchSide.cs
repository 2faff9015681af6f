namespace WutAmu.Placement.Solver.Flow;

/// <summary>One of the two sides of a search for a way: what it has entered, by which edge, and what it has still to look at.</summary>
internal sealed class SearchSide(int nodeCount)
{
    private readonly int[] seen = new int[nodeCount];
    private readonly int[] cameBy = new int[nodeCount];

    public Queue<int> Queue { get; } = [];

    public List<int> Entered { get; } = [];

    public long Work { get; set; }

    public void Start(int node, int round)
    {
        Queue.Clear();
        Entered.Clear();
        Work = 0;
        Enter(node, 0, round);
    }

    public bool Has(int node, int round) => seen[node] == round;

    public int CameBy(int node) => cameBy[node];

    public bool Enter(int node, int edge, int round)
    {
        if (seen[node] == round)
        {
            return false;
        }

        seen[node] = round;
        cameBy[node] = edge;
        Queue.Enqueue(node);
        Entered.Add(node);
        return true;
    }
}
