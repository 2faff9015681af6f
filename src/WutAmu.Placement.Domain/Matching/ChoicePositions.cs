using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// The choices of all students as positions of offers, kept by the reader, which meets every id once anyway: a large instance has millions, and looking each up by its text
/// again waits for memory. Choices of student s: from <c>First[s]</c> to before <c>First[s + 1]</c>, as the file lists them.
/// </summary>
public sealed class ChoicePositions
{
    private readonly ImmutableArray<InstanceStudent> students;
    private readonly ImmutableArray<InstanceOffer> offers;
    private readonly int[] first;
    private readonly int[] offer;
    private readonly int[] rank;

    internal ChoicePositions(ImmutableArray<InstanceStudent> students, ImmutableArray<InstanceOffer> offers, int[] first, int[] offer, int[] rank)
    {
        (this.students, this.offers, this.first, this.offer, this.rank) = (students, offers, first, offer, rank);
    }

    /// <summary>Position of each choice's offer.</summary>
    public ReadOnlySpan<int> OffersOf(int student) => offer.AsSpan(first[student], first[student + 1] - first[student]);

    /// <summary>Rank of each of <see cref="OffersOf"/>, from 1, never falling.</summary>
    public ReadOnlySpan<int> RanksOf(int student) => rank.AsSpan(first[student], first[student + 1] - first[student]);

    /// <summary>True: the rows are those that were read, in their order.</summary>
    internal bool AreOf(Instance instance) => students == instance.Students && offers == instance.Offers;
}
