using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Offers as the groups of a diagnosis see them: gathered once, for there may be as many groups as students without a place.</summary>
internal sealed class CompetingOffers
{
    private readonly Claim claim;
    private readonly ImmutableArray<Bound>[] over;
    private readonly int[] pins;
    private readonly int[] pinned;
    private readonly Dictionary<string, int[]> admitting = new(StringComparer.Ordinal);
    private int[]? openToAll;

    public CompetingOffers(Claim claim, Tally tally)
    {
        this.claim = claim;
        over = [.. Enumerable.Range(0, claim.Instance.Offers.Length).Select(tally.Over)];
        pins = new int[over.Length];
        foreach (var pin in claim.PinAt)
        {
            if (pin != Claim.Unplaced)
            {
                pins[pin]++;
            }
        }

        pinned = [.. Enumerable.Range(0, pins.Length).Where(offer => pins[offer] > 0)];
    }

    public Reach Under(HashSet<Bound> limits) => new(this, limits);

    /// <summary>Every offer that admits the student, in the order of the file.</summary>
    private int[] Admitting(int student)
    {
        if (claim.Instance.Students[student].Programme is not { } programme)
        {
            return openToAll ??= All(student);
        }

        if (!admitting.TryGetValue(programme, out var offers))
        {
            offers = All(student);
            admitting.Add(programme, offers);
        }

        return offers;

        int[] All(int like) => [.. Enumerable.Range(0, over.Length).Where(offer => claim.Admits(offer, like))];
    }

    /// <summary>The offers that lie under the limits of one group.</summary>
    internal sealed class Reach(CompetingOffers all, HashSet<Bound> limits)
    {
        // By the list of those that admit a student: one for each programme.
        private readonly Dictionary<int[], int[]> outside = [];

        public bool Holds(int offer)
        {
            foreach (var bound in all.over[offer])
            {
                if (limits.Contains(bound))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Students who are pinned to what lies under the limits.</summary>
        public int CountPins() => all.pinned.Where(Holds).Sum(offer => all.pins[offer]);

        /// <returns>An offer that admits the student, is not forbidden to them and lies under none of the limits; or <see cref="Claim.Unplaced"/>.</returns>
        public int FirstOutside(int student)
        {
            var admitting = all.Admitting(student);
            if (!outside.TryGetValue(admitting, out var offers))
            {
                offers = [.. admitting.Where(offer => !Holds(offer))];
                outside.Add(admitting, offers);
            }

            foreach (var offer in offers)
            {
                if (!all.claim.IsForbidden(student, offer))
                {
                    return offer;
                }
            }

            return Claim.Unplaced;
        }
    }
}
