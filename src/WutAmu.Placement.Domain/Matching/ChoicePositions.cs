using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// The choices of all students as positions of offers, kept by the reader, which meets every id once anyway: a large instance has millions, and looking each up by its text
/// again waits for memory. Choices of student s: from <c>First[s]</c> to before <c>First[s + 1]</c>, as the file lists them.
/// </summary>
public sealed class ChoicePositions
{
    private readonly ImmutableArray<InstanceStudent> students;
    private readonly ImmutableArray<InstanceOffer> offers;
    private ImmutableArray<string>[]? alone;

    internal ChoicePositions(ImmutableArray<InstanceStudent> students, ImmutableArray<InstanceOffer> offers, int[] first, int[] offer, int[] rank)
    {
        (this.students, this.offers) = (students, offers);
        First = ImmutableCollectionsMarshal.AsImmutableArray(first);
        Offer = ImmutableCollectionsMarshal.AsImmutableArray(offer);
        Rank = ImmutableCollectionsMarshal.AsImmutableArray(rank);
    }

    /// <summary>By student, and one more: where their choices begin in <see cref="Offer"/> and <see cref="Rank"/>.</summary>
    public ImmutableArray<int> First { get; }

    /// <summary>Position of the offer by choice.</summary>
    public ImmutableArray<int> Offer { get; }

    /// <summary>Rank by choice, from 1, never falling within a student.</summary>
    public ImmutableArray<int> Rank { get; }

    /// <summary>Position of each choice's offer.</summary>
    public ReadOnlySpan<int> OffersOf(int student) => Offer.AsSpan()[First[student]..First[student + 1]];

    /// <summary>Rank of each of <see cref="OffersOf"/>, from 1, never falling.</summary>
    public ReadOnlySpan<int> RanksOf(int student) => Rank.AsSpan()[First[student]..First[student + 1]];

    /// <summary>Number of tie groups of a student's list.</summary>
    public int GroupsOf(int student) => First[student] == First[student + 1] ? 0 : Rank[First[student + 1] - 1];

    /// <summary>True: two choices of the student have one rank.</summary>
    public bool HasTies(int student) => GroupsOf(student) < First[student + 1] - First[student];

    /// <summary>Ids of a student's choices from <paramref name="from"/> to before <paramref name="to"/>, counted within the list; of one choice the same list for all who made it.</summary>
    internal ImmutableArray<string> GroupOf(int student, int from, int to)
    {
        if (to - from == 1)
        {
            alone ??= new ImmutableArray<string>[offers.Length];
            ref var group = ref alone[OffersOf(student)[from]];
            if (group.IsDefault)
            {
                group = [offers[OffersOf(student)[from]].Id];
            }

            return group;
        }

        var ids = ImmutableArray.CreateBuilder<string>(to - from);
        foreach (var offer in OffersOf(student)[from..to])
        {
            ids.Add(offers[offer].Id);
        }

        return ids.MoveToImmutable();
    }

    /// <summary>True: the rows are those that were read, in their order.</summary>
    internal bool AreOf(Instance instance) => students == instance.Students && offers == instance.Offers;

    /// <summary>The same choices where rows stand elsewhere.</summary>
    /// <param name="studentOrder">By new position the old one; null: as they were.</param>
    /// <param name="offerOrder">By new position the old one; null: as they were.</param>
    internal ChoicePositions Moved(ImmutableArray<InstanceStudent> newStudents, int[]? studentOrder, ImmutableArray<InstanceOffer> newOffers, int[]? offerOrder)
    {
        var newPosition = new int[offerOrder?.Length ?? 0];
        for (var o = 0; o < newPosition.Length; o++)
        {
            newPosition[offerOrder![o]] = o; // not null: as long as the positions
        }

        var first = new int[First.Length];
        var offer = new int[Offer.Length];
        var rank = new int[Rank.Length];
        for (var s = 0; s < newStudents.Length; s++)
        {
            var old = studentOrder is null ? s : studentOrder[s];
            first[s + 1] = first[s];
            for (var c = First[old]; c < First[old + 1]; c++)
            {
                offer[first[s + 1]] = offerOrder is null ? Offer[c] : newPosition[Offer[c]];
                rank[first[s + 1]++] = Rank[c];
            }
        }

        return new(newStudents, newOffers, first, offer, rank);
    }
}
