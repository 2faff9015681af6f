using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The two sides of a claim's instance. Wishes: a student with a choice that is open to them, or with their pin, each student's in order of rank, then ordinal offer id; flat arrays,
/// for a large instance has millions. Storeys: offers, then supervisors, then hosts, each with its limit. Who comes first at a host is <see cref="HostOrder"/>'s.
/// </summary>
internal sealed class StableMarket
{
    public const int Nowhere = -1;

    private readonly Claim claim;
    private readonly int hostStart;
    private HostOrder? order;
    private HeldPlaces? held;
    private List<(int Student, int Offer)>? blockingPairs;

    public StableMarket(Claim claim)
    {
        this.claim = claim;
        hostStart = claim.Instance.Offers.Length + claim.Instance.Supervisors.Length;
        (Above, Most) = Storeys();
        (Start, OfferOf, RankOf) = Wishes();
        HasOneOrder = claim.Instance.Hosts.All(host => host.Ranking is null) && claim.Instance.Offers.All(offer => offer.Ranking is null);
    }

    /// <summary>Wishes of student s: from Start[s] to before Start[s + 1], best first.</summary>
    public ImmutableArray<int> Start { get; }

    /// <summary>Offer by wish.</summary>
    public ImmutableArray<int> OfferOf { get; }

    /// <summary>Rank by wish; 0: a pin.</summary>
    public ImmutableArray<int> RankOf { get; }

    public int StudentCount => claim.Given.Length;

    public int HostCount => claim.Instance.Hosts.Length;

    /// <summary>The storey above each; <see cref="Nowhere"/> above a host.</summary>
    public int[] Above { get; }

    /// <summary>Most students of each storey.</summary>
    public int[] Most { get; }

    /// <summary>Made when first asked for: where nobody ranks, blocking pairs do not need it.</summary>
    public HostOrder Order => order ??= new(claim, this);

    /// <summary>True: all hosts have one order over students, pins first, then <see cref="Claim.Compare"/>.</summary>
    /// <remarks>
    /// Then one matching alone is stable where ties of students are broken, too: by induction in that order each has the first wish that fits beside the pins and those before them. A
    /// wish that fits so has room, or its lowest full storey holds somebody who comes later, and the pair blocks.
    /// </remarks>
    public bool HasOneOrder { get; }

    public int StoreyOfHost(int host) => hostStart + host;

    public int HostOf(int wish) => claim.HostOf[OfferOf[wish]];

    /// <summary>Pairs of a student and a choice they have at a better rank than what they got, and which the host's side would take: there is room everywhere over it, or the lowest full storey holds somebody who comes later.</summary>
    public IReadOnlyList<(int Student, int Offer)> BlockingPairs()
    {
        if (blockingPairs is null)
        {
            blockingPairs = [];
            Walk(isStrict: false, (student, offer) =>
            {
                blockingPairs.Add((student, offer));
                return true;
            });
        }

        return blockingPairs;
    }

    /// <summary>True: no pair blocks even where a student's choices of one rank are told apart by offer id.</summary>
    public bool IsStableWithoutTies()
    {
        var isStable = true;
        Walk(isStrict: true, (_, _) => isStable = false);
        return isStable;
    }

    /// <param name="isStrict">True: choices of the rank that a student has count, too, if they come before what they have.</param>
    /// <param name="found">Told of each pair; false ends the walk.</param>
    private void Walk(bool isStrict, Func<int, int, bool> found)
    {
        held ??= new(claim, this);
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.PinAt[s] != Claim.Unplaced)
            {
                continue;
            }

            var (given, had) = (claim.Given[s], claim.GivenRank[s] > 0 ? claim.GivenRank[s] : int.MaxValue);
            for (var wish = Start[s]; wish < Start[s + 1] && (isStrict ? OfferOf[wish] != given : RankOf[wish] < had); wish++)
            {
                if (held.Welcomes(wish, s) && !found(s, OfferOf[wish]))
                {
                    return;
                }
            }
        }
    }

    private (int[] Above, int[] Most) Storeys()
    {
        var instance = claim.Instance;
        var over = new int[hostStart + instance.Hosts.Length];
        var limit = new int[over.Length];
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            over[o] = offer.Supervisor is { } supervisor ? instance.Offers.Length + claim.SupervisorAt[supervisor] : hostStart + claim.HostOf[o];
            limit[o] = offer.Max;
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            over[instance.Offers.Length + v] = hostStart + claim.HostAt[instance.Supervisors[v].Host];
            limit[instance.Offers.Length + v] = instance.Supervisors[v].Max ?? int.MaxValue;
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            (over[hostStart + h], limit[hostStart + h]) = (Nowhere, instance.Hosts[h].Max ?? int.MaxValue);
        }

        return (over, limit);
    }

    private (ImmutableArray<int> Start, ImmutableArray<int> OfferOf, ImmutableArray<int> RankOf) Wishes()
    {
        if (claim.IsEveryChoiceOpen && !HasTies())
        {
            return claim.Choices;
        }

        var ordinals = Ordinals(claim.Instance.Offers);
        var start = ImmutableArray.CreateBuilder<int>(claim.Given.Length + 1);
        var offers = ImmutableArray.CreateBuilder<int>(claim.Choices.Offers.Length);
        var wishRanks = ImmutableArray.CreateBuilder<int>(claim.Choices.Offers.Length);
        var tied = new List<int>();
        start.Add(0);
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.PinAt[s] is var pin && pin != Claim.Unplaced)
            {
                if (!claim.IsForbidden(s, pin))
                {
                    offers.Add(pin);
                    wishRanks.Add(0);
                }
            }
            else
            {
                var chosen = claim.ChosenBy(s);
                var ranks = claim.RanksOf(s);
                for (var c = 0; c < chosen.Length;)
                {
                    var rank = ranks[c];
                    for (tied.Clear(); c < chosen.Length && ranks[c] == rank; c++)
                    {
                        if (claim.Admits(chosen[c], s) && !claim.IsForbidden(s, chosen[c]))
                        {
                            tied.Add(chosen[c]);
                        }
                    }

                    if (tied.Count > 1)
                    {
                        tied.Sort((one, other) => ordinals[one].CompareTo(ordinals[other]));
                    }

                    foreach (var offer in tied)
                    {
                        offers.Add(offer);
                        wishRanks.Add(rank);
                    }
                }
            }

            start.Add(offers.Count);
        }

        return (start.MoveToImmutable(), offers.DrainToImmutable(), wishRanks.DrainToImmutable());
    }

    private bool HasTies()
    {
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.RanksOf(s) is { Length: > 0 } ranks && ranks[^1] != ranks.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Place of each offer in the ordinal order of ids.</summary>
    private static int[] Ordinals(ImmutableArray<InstanceOffer> offers)
    {
        var ordinals = new int[offers.Length];
        var byId = OrdinalOrder.Of(offers, offer => offer.Id);
        for (var i = 0; i < ordinals.Length; i++)
        {
            ordinals[byId is null ? i : byId[i]] = i;
        }

        return ordinals;
    }

    /// <summary>How many each storey holds in the claim, and who of them comes last at its host.</summary>
    private sealed class HeldPlaces
    {
        private readonly Claim claim;
        private readonly StableMarket market;
        private readonly int[] count;
        private readonly int[] last;

        public HeldPlaces(Claim claim, StableMarket market)
        {
            (this.claim, this.market) = (claim, market);
            count = new int[market.Above.Length];
            last = new int[count.Length];
            Array.Fill(last, Nowhere);
            for (var s = 0; s < claim.Given.Length; s++)
            {
                for (var storey = claim.Given[s] == Claim.Unplaced ? Nowhere : claim.Given[s]; storey != Nowhere; storey = market.Above[storey])
                {
                    count[storey]++;
                    // Nobody asks who is last where there is always room.
                    if (market.Most[storey] <= claim.Given.Length && (last[storey] == Nowhere || Compare(last[storey], s) < 0))
                    {
                        last[storey] = s;
                    }
                }
            }
        }

        /// <summary>True: there is room everywhere over the wish, or the lowest full storey holds somebody who comes later.</summary>
        public bool Welcomes(int wish, int student)
        {
            for (var storey = market.OfferOf[wish]; storey != Nowhere; storey = market.Above[storey])
            {
                if (count[storey] >= market.Most[storey])
                {
                    // The same: the student themself, moving within the storey.
                    return last[storey] is var holder && holder != Nowhere && (market.HasOneOrder
                        ? IsOffList(holder) || (claim.PinAt[holder] == Claim.Unplaced && claim.Compare(holder, student) >= 0)
                        : market.Order.KeyOf(holder, claim.Given[holder]) >= market.Order.Key[wish]);
                }
            }

            return true;
        }

        // Pins come first; whoever has no choice of theirs comes last.
        private int Compare(int one, int other)
        {
            if (!market.HasOneOrder)
            {
                return market.Order.KeyOf(one, claim.Given[one]).CompareTo(market.Order.KeyOf(other, claim.Given[other]));
            }

            var (here, there) = (Class(one), Class(other));
            return here != there ? here.CompareTo(there) : claim.Compare(one, other);
        }

        private int Class(int student) => claim.PinAt[student] != Claim.Unplaced ? 0 : IsOffList(student) ? 2 : 1;

        private bool IsOffList(int student) => claim.PinAt[student] == Claim.Unplaced && claim.GivenRank[student] == 0;
    }
}
