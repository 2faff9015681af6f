using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// The two-sided market in flat arrays: contracts (a student with one of their choices, or with their pin) in the student's order, the host side's key of each,
/// and the capacities offer inside supervisor inside host as a forest.
/// </summary>
/// <remarks>
/// <para><b>Student's order</b>: by rank; offers tied at one rank by ordinal id, smallest first.</para>
/// <para><b>Host side's order</b>: one order over all contracts of a host, smallest key first: pins; then position in the ranking that holds for the offer (its
/// own, else its host's); those in no ranking after those in one; then higher score, lower ticket, ordinal id; two contracts of one student that are still equal in the
/// student's order. Where all offers of a host share its ranking this is SPA-S (Abraham, Irving, Manlove 2007); one order a host makes
/// the capacities a laminar matroid with a greedy choice, so that a stable matching exists in every instance (Fleiner 2001).</para>
/// </remarks>
internal sealed class Contracts
{
    public const int None = -1;

    private const int Unranked = int.MaxValue - 1;
    private const int OffList = int.MaxValue;

    private readonly Instance instance;
    private readonly Roster roster;
    private readonly int[] priority;
    private readonly Lazy<int[]> student;
    private readonly Lazy<long[]> key;
    private readonly Lazy<(int[] First, int[] Contracts)> byOffer;

    public Contracts(Instance instance, Roster roster)
    {
        this.instance = instance;
        this.roster = roster;
        StudentCount = instance.Students.Length;
        ServiceOrder = roster.ServiceOrder();
        priority = new int[StudentCount];
        for (var i = 0; i < ServiceOrder.Length; i++)
        {
            priority[ServiceOrder[i]] = i;
        }

        (First, Offer, Rank) = Listed();
        ContractCount = Offer.Length;
        HasOneOrder = instance.Hosts.All(host => host.Ranking is null) && instance.Offers.All(offer => offer.Ranking is null);
        student = new(Students);
        key = new(Keys);
        (Above, Max) = Forest();
        byOffer = new(GroupByOffer);
    }

    public int StudentCount { get; }

    public int OfferCount => instance.Offers.Length;

    /// <summary>Students with a list first; each part by score, ticket, id.</summary>
    public int[] ServiceOrder { get; }

    /// <summary>Contracts of student s: First[s] up to First[s + 1], best first.</summary>
    public ImmutableArray<int> First { get; }

    public int ContractCount { get; }

    /// <summary>Offer by contract.</summary>
    public ImmutableArray<int> Offer { get; }

    /// <summary>Rank by contract; a pin off the list has the greatest rank + 1.</summary>
    public ImmutableArray<int> Rank { get; }

    /// <summary>True: nobody ranks students. All hosts then have one order, pins first, then that of service, and a student's contracts have one key.</summary>
    public bool HasOneOrder { get; }

    /// <summary>Student by contract; made when first asked for.</summary>
    public int[] Student => student.Value;

    /// <summary>Host side's key by contract; smaller is better. Equal only for contracts of one student.</summary>
    public long[] Key => key.Value;

    /// <summary>Nodes: offers, supervisors, hosts. The node above, or <see cref="None"/> for a host.</summary>
    public int[] Above { get; }

    /// <summary>Most contracts by node.</summary>
    public int[] Max { get; }

    /// <summary>Contracts of offer o: ByOffer from FirstOfOffer[o] up to FirstOfOffer[o + 1].</summary>
    public int[] FirstOfOffer => byOffer.Value.First;

    public int[] ByOffer => byOffer.Value.Contracts;

    public int NodeCount => Above.Length;

    public bool IsPinned(int student) => roster.IsPinned(student);

    /// <summary>The lowest node over an offer that holds as many as it may; <see cref="None"/> if there is room.</summary>
    public int LowestFull(int offer, int[] held)
    {
        var node = offer;
        while (node != None && held[node] < Max[node])
        {
            node = Above[node];
        }

        return node;
    }

    public void Count(int offer, int change, int[] held)
    {
        for (var node = offer; node != None; node = Above[node])
        {
            held[node] += change;
        }
    }

    /// <summary>Host side's key of any placement; off the list it comes after every choice, unless pinned.</summary>
    public long KeyOf(int student, int offer) => ContractOf(student, offer) is var contract && contract != None ? KeyOfContract(contract, student) : Pack(OffList, student);

    /// <summary>The key of a contract of a student; without the table where all of theirs have one and nobody asked for it, to change it perhaps.</summary>
    public long KeyOfContract(int contract, int student) => HasOneOrder && !key.IsValueCreated ? KeyWithoutRanking(student) : Key[contract];

    /// <summary>Position in the ranking that holds for the contract's offer, from 1; 0 a pin; the same great number for all who are in none.</summary>
    public int PositionOf(int contract) => (int)(Key[contract] >> 32);

    /// <summary>The key of the same contract if it were a pin.</summary>
    public static long AsPin(long key) => key & uint.MaxValue;

    /// <summary>The contract of a student with an offer; <see cref="None"/> where the offer is neither a choice nor their pin.</summary>
    public int ContractOf(int student, int offer) =>
        Offer.AsSpan()[First[student]..First[student + 1]].IndexOf(offer) is var at && at >= 0 ? First[student] + at : None;

    private long Pack(int position, int student) => ((long)position << 32) | (uint)priority[student];

    private long KeyWithoutRanking(int student) => Pack(roster.IsPinned(student) ? 0 : Unranked, student);

    private int[] Students()
    {
        var students = new int[ContractCount];
        for (var s = 0; s < StudentCount; s++)
        {
            Array.Fill(students, s, First[s], First[s + 1] - First[s]);
        }

        return students;
    }

    private long[] Keys()
    {
        var keys = new long[ContractCount];
        for (var s = 0; s < StudentCount; s++)
        {
            Array.Fill(keys, KeyWithoutRanking(s), First[s], First[s + 1] - First[s]);
        }

        if (!HasOneOrder)
        {
            ReadRankings(keys);
        }

        return keys;
    }

    /// <summary>The options that are choices or pins: mostly all.</summary>
    private (ImmutableArray<int> First, ImmutableArray<int> Offer, ImmutableArray<int> Rank) Listed()
    {
        var options = roster.Options;
        var mayDiffer = false;
        for (var s = 0; s < StudentCount && !mayDiffer; s++)
        {
            mayDiffer = instance.Students[s].UnrankedAcceptable && !roster.IsPinned(s);
        }

        if (!mayDiffer)
        {
            return (roster.Start, options.Offer, options.RankOrOffList);
        }

        var first = ImmutableArray.CreateBuilder<int>(StudentCount + 1);
        var offer = ImmutableArray.CreateBuilder<int>(roster.OptionCount);
        var rank = ImmutableArray.CreateBuilder<int>(roster.OptionCount);
        first.Add(0);
        for (var s = 0; s < StudentCount; s++)
        {
            for (var i = roster.Start[s]; i < roster.Start[s + 1]; i++)
            {
                if (options.RankOrOffList[i] <= roster.GreatestRank || roster.IsPinned(s))
                {
                    offer.Add(options.Offer[i]);
                    rank.Add(options.RankOrOffList[i]);
                }
            }

            first.Add(offer.Count);
        }

        return (first.MoveToImmutable(), offer.DrainToImmutable(), rank.DrainToImmutable());
    }

    private (int[] Above, int[] Max) Forest()
    {
        var supervisorStart = instance.Offers.Length;
        var hostStart = supervisorStart + instance.Supervisors.Length;
        var above = new int[hostStart + instance.Hosts.Length];
        var max = new int[above.Length];
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            above[o] = offer.Supervisor is { } supervisor ? supervisorStart + roster.SupervisorIndex[supervisor] : hostStart + roster.HostOf[o];
            max[o] = offer.Max;
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            above[supervisorStart + v] = hostStart + roster.HostIndex[instance.Supervisors[v].Host];
            max[supervisorStart + v] = instance.Supervisors[v].Max ?? int.MaxValue;
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            above[hostStart + h] = None;
            max[hostStart + h] = instance.Hosts[h].Max ?? int.MaxValue;
        }

        return (above, max);
    }

    private (int[] First, int[] Contracts) GroupByOffer()
    {
        var first = new int[OfferCount + 1];
        foreach (var offer in Offer)
        {
            first[offer + 1]++;
        }

        for (var o = 0; o < OfferCount; o++)
        {
            first[o + 1] += first[o];
        }

        var next = first[..OfferCount];
        var contracts = new int[ContractCount];
        for (var contract = 0; contract < contracts.Length; contract++)
        {
            contracts[next[Offer[contract]]++] = contract;
        }

        return (first, contracts);
    }

    // A ranking is laid out over the students once and read by every offer it holds for: no look-up by pair.
    private void ReadRankings(long[] keys)
    {
        var position = new int[StudentCount];
        Array.Fill(position, Unranked);
        var offersOf = new List<int>[instance.Hosts.Length];
        for (var o = 0; o < OfferCount; o++)
        {
            var offer = instance.Offers[o];
            if (offer.Ranking is { } own)
            {
                Lay(own, position);
                SetKeys(keys, o, position);
                Clear(own, position);
            }
            else if (instance.Hosts[roster.HostOf[o]].Ranking is not null)
            {
                (offersOf[roster.HostOf[o]] ??= []).Add(o);
            }
        }

        for (var h = 0; h < offersOf.Length; h++)
        {
            if (offersOf[h] is { } offers && instance.Hosts[h].Ranking is { } ranking)
            {
                Lay(ranking, position);
                offers.ForEach(o => SetKeys(keys, o, position));
                Clear(ranking, position);
            }
        }
    }

    private void Lay(ImmutableArray<ImmutableArray<string>> ranking, int[] position)
    {
        for (var g = 0; g < ranking.Length; g++)
        {
            foreach (var id in ranking[g])
            {
                position[roster.StudentIndex[id]] = g + 1;
            }
        }
    }

    private void Clear(ImmutableArray<ImmutableArray<string>> ranking, int[] position)
    {
        foreach (var id in ranking.SelectMany(group => group))
        {
            position[roster.StudentIndex[id]] = Unranked;
        }
    }

    private void SetKeys(long[] keys, int offer, int[] position)
    {
        for (var i = FirstOfOffer[offer]; i < FirstOfOffer[offer + 1]; i++)
        {
            var contract = ByOffer[i];
            var owner = Student[contract];
            keys[contract] = Pack(roster.IsPinned(owner) ? 0 : position[owner], owner);
        }
    }
}
