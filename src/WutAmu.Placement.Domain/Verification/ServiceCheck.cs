namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Whether everybody is served in order: nobody could have a better rank, then an ordinally smaller offer, while those before keep theirs. To have another offer, a student's unit
/// must be able to enter there and some unit to leave where the student's was: a path over open residual arcs. It is searched from both ends in turn, so that a search
/// without a path costs what its smaller side holds; that side is then closed off, as no exchange can pass its border. A place lies on the smaller side at most log n times.
/// </summary>
internal sealed class ServiceCheck
{
    private readonly Claim claim;
    private readonly OpenFace face;
    private readonly int root;

    // Those who have more than one arc left, numbered in the order of service: what a walk in order asks for lies together.
    private readonly int[] order;

    // Arcs of the i-th: from first[i] to before first[i + 1]; the node each leads to, and its rank, or what is worse than any.
    private readonly int[] first;
    private readonly int[] headOf;
    private readonly int[] rankOf;
    private readonly int[] ownerOf;
    private readonly bool[] isClosed;

    // Where each stands, and at which rank.
    private readonly int[] nodeOf;
    private readonly int[] rankOfGiven;

    // Arcs into node v: into[intoStart[v]] to before intoStart[v + 1]; nodes below it likewise; students at it as a linked list; how many arcs those have.
    private readonly int[] intoStart;
    private readonly int[] into;
    private readonly int[] childStart;
    private readonly int[] children;
    private readonly int[] firstAt;
    private readonly int[] nextAt;
    private readonly int[] arcsAt;

    private readonly Side ahead;
    private readonly Side back;
    private int round;

    /// <param name="order">Those to be served, in order; who is not among them keeps what they have.</param>
    public ServiceCheck(Claim claim, OpenFace face, int[] order)
    {
        (this.claim, this.face, this.order) = (claim, face, order);
        root = face.Above.Length;
        first = new int[order.Length + 1];
        for (var i = 0; i < order.Length; i++)
        {
            first[i + 1] = first[i] + face.End[order[i]] - face.Start[order[i]];
        }

        headOf = new int[first[^1]];
        rankOf = new int[headOf.Length];
        ownerOf = new int[headOf.Length];
        isClosed = new bool[headOf.Length];
        nodeOf = new int[order.Length];
        rankOfGiven = new int[order.Length];
        firstAt = new int[root + 1];
        Array.Fill(firstAt, -1);
        nextAt = new int[order.Length];
        arcsAt = new int[root + 1];
        intoStart = new int[root + 2];
        for (var i = 0; i < order.Length; i++)
        {
            var given = claim.Given[order[i]];
            nodeOf[i] = given == Claim.Unplaced ? root : given;
            rankOfGiven[i] = RankOrWorse(given, claim.GivenRank[order[i]]);
            (nextAt[i], firstAt[nodeOf[i]]) = (firstAt[nodeOf[i]], i);
            arcsAt[nodeOf[i]] += first[i + 1] - first[i];
            for (int to = first[i], from = face.Start[order[i]]; to < first[i + 1]; to++, from++)
            {
                var offer = face.Arcs[from];
                headOf[to] = offer == Claim.Unplaced ? root : offer;
                rankOf[to] = RankOrWorse(offer, face.Ranks[from]);
                ownerOf[to] = i;
                intoStart[headOf[to] + 1]++;
            }
        }

        childStart = new int[root + 2];
        foreach (var node in face.Above)
        {
            childStart[node + 1]++;
        }

        for (var node = 0; node <= root; node++)
        {
            intoStart[node + 1] += intoStart[node];
            childStart[node + 1] += childStart[node];
        }

        into = new int[intoStart[^1]];
        children = new int[root];
        var nextInto = intoStart[..^1];
        for (var a = 0; a < headOf.Length; a++)
        {
            into[nextInto[headOf[a]]++] = a;
        }

        var nextChild = childStart[..^1];
        for (var node = 0; node < root; node++)
        {
            children[nextChild[face.Above[node]]++] = node;
        }

        (ahead, back) = (new(root + 1), new(root + 1));
    }

    /// <returns>What the first student who could be served better could have; null if there is none.</returns>
    public string? FirstUnfair()
    {
        // Those who have other offers of the same rank still open.
        var tied = new List<int>();
        for (var i = 0; i < order.Length; i++)
        {
            var mine = rankOfGiven[i];
            for (var a = first[i]; a < first[i + 1]; a++)
            {
                if (!isClosed[a] && rankOf[a] < mine && CanExchange(i, a))
                {
                    return $"student \"{claim.Instance.Students[order[i]].Id}\" is served before others and could have \"{claim.Instance.Offers[headOf[a]].Id}\" with every level unchanged.";
                }
            }

            var isTied = false;
            for (var a = first[i]; a < first[i + 1]; a++)
            {
                isClosed[a] |= rankOf[a] != mine;
                isTied |= !isClosed[a] && headOf[a] != nodeOf[i];
            }

            if (isTied)
            {
                tied.Add(i);
            }
        }

        foreach (var i in tied)
        {
            var mine = claim.Instance.Offers[nodeOf[i]].Id;
            for (var a = first[i]; a < first[i + 1]; a++)
            {
                if (!isClosed[a] && headOf[a] != nodeOf[i] && string.CompareOrdinal(claim.Instance.Offers[headOf[a]].Id, mine) < 0 && CanExchange(i, a))
                {
                    return $"student \"{claim.Instance.Students[order[i]].Id}\" could have the ordinally smaller offer \"{claim.Instance.Offers[headOf[a]].Id}\" of the same rank.";
                }
            }

            for (var a = first[i]; a < first[i + 1]; a++)
            {
                isClosed[a] |= headOf[a] != nodeOf[i];
            }
        }

        return null;
    }

    private int RankOrWorse(int offer, int rank) => offer == Claim.Unplaced ? int.MaxValue : rank == 0 ? claim.WorstRankOfAll + 1 : rank;

    private bool CanExchange(int student, int arc)
    {
        var (start, goal) = (headOf[arc], nodeOf[student]);
        if (start == goal)
        {
            return true;
        }

        round++;
        ahead.Start(start, round);
        back.Start(goal, round);
        while (true)
        {
            if (ahead.Next < 0 || back.Next < 0)
            {
                CloseOff(ahead.Next < 0 ? ahead : back);
                return false;
            }

            if (ahead.Work + WorkAhead(ahead.Next) <= back.Work + WorkBack(back.Next) ? Forward(student) : Backward(student))
            {
                return true;
            }
        }
    }

    private int WorkAhead(int node) => 1 + arcsAt[node] + childStart[node + 1] - childStart[node];

    private int WorkBack(int node) => 1 + intoStart[node + 1] - intoStart[node] + childStart[node + 1] - childStart[node];

    // Where a unit that enters the node can go on: up, over somebody who moves away, or down in the place of a unit that came from there.
    private bool Forward(int student)
    {
        var node = ahead.Take(WorkAhead(ahead.Next));
        if (node != root && face.Flow[node] < face.Max[node] && Enter(face.Above[node]))
        {
            return true;
        }

        for (var s = firstAt[node]; s >= 0; s = nextAt[s])
        {
            for (var a = first[s]; s != student && a < first[s + 1]; a++)
            {
                if (!isClosed[a] && Enter(headOf[a]))
                {
                    return true;
                }
            }
        }

        for (var c = childStart[node]; c < childStart[node + 1]; c++)
        {
            if (face.Flow[children[c]] > face.Min[children[c]] && Enter(children[c]))
            {
                return true;
            }
        }

        return false;

        bool Enter(int next) => ahead.Enter(next, round) && back.Has(next, round);
    }

    private bool Backward(int student)
    {
        var node = back.Take(WorkBack(back.Next));
        if (node != root && face.Flow[node] > face.Min[node] && Enter(face.Above[node]))
        {
            return true;
        }

        for (var i = intoStart[node]; i < intoStart[node + 1]; i++)
        {
            if (!isClosed[into[i]] && ownerOf[into[i]] is var owner && owner != student && Enter(nodeOf[owner]))
            {
                return true;
            }
        }

        for (var c = childStart[node]; c < childStart[node + 1]; c++)
        {
            if (face.Flow[children[c]] < face.Max[children[c]] && Enter(children[c]))
            {
                return true;
            }
        }

        return false;

        bool Enter(int next) => back.Enter(next, round) && ahead.Has(next, round);
    }

    /// <summary>What can be reached from one end, and not the other, is left or entered by no cycle: nothing that crosses its border can change any more.</summary>
    private void CloseOff(Side side)
    {
        foreach (var node in side.Entered)
        {
            if (node != root && !side.Has(face.Above[node], round))
            {
                Fix(node);
            }

            for (var c = childStart[node]; c < childStart[node + 1]; c++)
            {
                if (!side.Has(children[c], round))
                {
                    Fix(children[c]);
                }
            }

            for (var i = intoStart[node]; side == ahead && i < intoStart[node + 1]; i++)
            {
                isClosed[into[i]] |= !side.Has(nodeOf[ownerOf[into[i]]], round);
            }

            for (var s = firstAt[node]; side == back && s >= 0; s = nextAt[s])
            {
                for (var a = first[s]; a < first[s + 1]; a++)
                {
                    isClosed[a] |= !side.Has(headOf[a], round);
                }
            }
        }

        void Fix(int node) => face.Min[node] = face.Max[node] = face.Flow[node];
    }

    /// <summary>A breadth-first search of one round.</summary>
    private sealed class Side(int nodeCount)
    {
        private readonly int[] seen = new int[nodeCount];
        private int taken;

        /// <summary>In the order they were met.</summary>
        public List<int> Entered { get; } = [];

        public long Work { get; private set; }

        /// <summary>The node to go on from; -1: none is left.</summary>
        public int Next => taken < Entered.Count ? Entered[taken] : -1;

        public void Start(int node, int round)
        {
            Entered.Clear();
            (taken, Work) = (0, 0);
            Enter(node, round);
        }

        public int Take(int work)
        {
            Work += work;
            return Entered[taken++];
        }

        public bool Has(int node, int round) => seen[node] == round;

        public bool Enter(int node, int round)
        {
            if (seen[node] == round)
            {
                return false;
            }

            seen[node] = round;
            Entered.Add(node);
            return true;
        }
    }
}

/// <summary>What may still change without changing an objective: arcs of student s from <c>Start[s]</c> to before <c>End[s]</c>, and the bounds of each node's flow.</summary>
/// <param name="Arcs">Offer position, or <see cref="Claim.Unplaced"/>.</param>
/// <param name="Ranks">By arc; 0: not a choice, or unplaced.</param>
/// <param name="Above">By node but the root, which comes last.</param>
internal sealed record OpenFace(int[] Start, int[] End, int[] Arcs, int[] Ranks, int[] Above, long[] Flow, long[] Min, long[] Max);
