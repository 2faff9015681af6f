namespace WutAmu.Placement.Domain.Verification;

/// <summary>The weight that one level gives to a student's arc: to an offer position, or to "unplaced". At most as great as a cost, either way.</summary>
/// <param name="Counted">The rank that a level of <see cref="LevelKind.Rank"/> counts.</param>
/// <param name="Sign">1, or -1 where the level counts what is wanted.</param>
internal readonly record struct LevelWeight(LevelKind Kind, int Counted, int Sign)
{
    /// <param name="rank">The offer's rank; 0: not a choice, or unplaced.</param>
    public long Of(Claim claim, int student, int offer, int rank) => Kind switch
    {
        LevelKind.Rank => rank == Counted ? Sign : 0,
        LevelKind.Placed => offer == Claim.Unplaced && claim.HasList(student) ? Sign : 0,
        LevelKind.OffList => offer != Claim.Unplaced && rank == 0 && claim.HasList(student) ? Sign : 0,
        LevelKind.Moved => Sign * Objectives.Moved(claim, student, offer),
        _ => Sign * Objectives.Cost(claim, student, offer, rank),
    };
}

internal enum LevelKind
{
    Placed,
    OffList,
    Moved,
    Cost,
    Rank,
}
