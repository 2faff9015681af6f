namespace WutAmu.Placement.Solver.Stable;

/// <summary>Contracts left out of a market: those numbered from <paramref name="from"/> to before <paramref name="to"/> but one.</summary>
internal readonly struct ContractChange(int from, int to, int but)
{
    public static ContractChange None => default;

    /// <summary>The student has this contract alone.</summary>
    public static ContractChange Only(Contracts contracts, int contract) =>
        new(contracts.First[contracts.Student[contract]], contracts.First[contracts.Student[contract] + 1], contract);

    public static ContractChange Without(int contract) => new(contract, contract + 1, Contracts.None);

    public bool Allows(int contract) => contract < from || contract >= to || contract == but;
}
