namespace WutAmu.Placement.Domain.Verification;

/// <summary>The arcs that start at a student: the pin alone; or choices, for some any offer, and "unplaced", which comes last.</summary>
internal static class StudentArcs
{
    /// <summary>At least as many as <see cref="Read"/> gives.</summary>
    public static int Most(Claim claim, int student) =>
        claim.PinAt[student] != Claim.Unplaced ? 1 : 1 + (claim.AcceptsAny(student) ? claim.Instance.Offers.Length : claim.ChosenBy(student).Length);

    /// <param name="worstRank">Leaves out greater ranks of those with a list who are not pinned; null: none.</param>
    /// <param name="offers">Filled with offer positions, or <see cref="Claim.Unplaced"/>.</param>
    /// <param name="ranks">Filled with the offers' ranks; 0: not a choice, or unplaced.</param>
    /// <returns>How many there are.</returns>
    public static int Read(Claim claim, int student, long? worstRank, Span<int> offers, Span<int> ranks)
    {
        var pinned = claim.PinAt[student] != Claim.Unplaced;
        var bound = worstRank is { } worst && !pinned && claim.HasList(student) ? worst : long.MaxValue;
        var count = 0;
        if (pinned || claim.AcceptsAny(student))
        {
            foreach (var offer in claim.OptionsOf(student))
            {
                var rank = claim.RankOf(student, offer);
                if ((rank ?? claim.WorstRankOfAll + 1) <= bound)
                {
                    (offers[count], ranks[count]) = (offer, rank ?? 0);
                    count++;
                }
            }
        }
        else
        {
            count = ReadChoices(claim, student, bound, offers, ranks);
        }

        if (!pinned)
        {
            (offers[count], ranks[count]) = (Claim.Unplaced, 0);
            count++;
        }

        return count;
    }

    private static int ReadChoices(Claim claim, int student, long bound, Span<int> offers, Span<int> ranks)
    {
        var chosen = claim.ChosenBy(student);
        var rankOf = claim.RanksOf(student);
        var count = 0;
        if (claim.IsEveryChoiceOpen)
        {
            // Ranks never fall.
            for (count = rankOf.Length; count > 0 && rankOf[count - 1] > bound; count--)
            {
            }

            chosen[..count].CopyTo(offers);
            rankOf[..count].CopyTo(ranks);
            return count;
        }

        for (var c = 0; c < chosen.Length; c++)
        {
            if (rankOf[c] <= bound && claim.Admits(chosen[c], student) && !claim.IsForbidden(student, chosen[c]))
            {
                (offers[count], ranks[count]) = (chosen[c], rankOf[c]);
                count++;
            }
        }

        return count;
    }
}
