using System.Collections.Immutable;
using System.Globalization;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// Policies <c>student-optimal-stable</c> and <c>host-optimal-stable</c>: deferred acceptance over pins and choices; then, from what is left, those who
/// accept an offer off their list, in order of service, without moving anybody: what is full for a better student stays so, and nothing becomes unstable.
/// </summary>
internal sealed class StablePolicy(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
{
    private readonly Roster roster = new(instance, options.Like);

    /// <returns>The result without its digest; status <c>infeasible</c>, with the diagnosis, where the stable matching misses a pin or a minimum.</returns>
    public MatchingResult Solve()
    {
        var contracts = new Contracts(instance, roster);
        cancellationToken.ThrowIfCancellationRequested();
        // Of hosts with one order the first in it takes the best there is, and so on: one matching alone is stable, for students and hosts alike.
        var stable = contracts.HasOneOrder ? OrderOfChoice.Solve(contracts, ContractChange.None, Contracts.None)
            : policy.Name == PolicyName.StudentOptimalStable ? StudentsPropose.Solve(contracts, ContractChange.None, cancellationToken)
            : HostsPropose.Solve(contracts, ContractChange.None, cancellationToken);
        var given = Array.ConvertAll(stable, contract => contract == Contracts.None ? Matched.Unplaced : contracts.Offer[contract]);
        if (instance.Pinned.Length > 0 && Enumerable.Range(0, given.Length).Any(s => given[s] == Matched.Unplaced && roster.IsPinned(s)))
        {
            // No matching has all pins: a pin comes before everything else.
            return Infeasible(null);
        }

        var missed = Missed(contracts, given);
        if (roster.OptionCount > contracts.ContractCount && Enumerable.Range(0, given.Length).Any(s => given[s] == Matched.Unplaced && roster.OptionsOf(s).Any(option => option.Rank is null)))
        {
            if (PlaceTheOthers(given) is not { } all)
            {
                return Infeasible(Diagnose(missed));
            }

            given = all;
        }
        else if (missed.Length > 0)
        {
            return Infeasible(Diagnose(missed));
        }

        return Matched.Tell(instance, roster, given, policy, MatchingStatus.Optimal, new() { Kind = "stable" }) with { BlockingPairs = BlockingPairs.Count(contracts, given) };
    }

    /// <returns>Null: the minima cannot be met from what is left.</returns>
    private int[]? PlaceTheOthers(int[] given)
    {
        var settled = instance with
        {
            Pinned = [.. Enumerable.Range(0, given.Length).Where(s => given[s] != Matched.Unplaced).Select(s => new StudentOffer(instance.Students[s].Id, instance.Offers[given[s]].Id))],
        };
        var rest = new LevelByLevel(settled, new(PolicyName.Serial, false), options, cancellationToken).Solve();
        if (rest is null)
        {
            return null;
        }

        var all = new int[given.Length];
        Array.Fill(all, Matched.Unplaced);
        foreach (var assignment in rest.Assignments)
        {
            all[roster.StudentIndex[assignment.Student]] = roster.OfferIndex[assignment.Offer];
        }

        return all;
    }

    private ImmutableArray<(string Kind, string Id, int Min, int Count)> Missed(Contracts contracts, int[] given)
    {
        var held = new int[contracts.NodeCount];
        foreach (var offer in given)
        {
            if (offer != Matched.Unplaced)
            {
                contracts.Count(offer, 1, held);
            }
        }

        var missed = ImmutableArray.CreateBuilder<(string, string, int, int)>();
        var node = 0;
        foreach (var offer in instance.Offers)
        {
            Check("offer", offer.Id, offer.Min);
        }

        foreach (var supervisor in instance.Supervisors)
        {
            Check("supervisor", supervisor.Id, supervisor.Min);
        }

        foreach (var host in instance.Hosts)
        {
            Check("host", host.Id, host.Min);
        }

        return missed.ToImmutable();

        void Check(string kind, string id, int min)
        {
            if (held[node] < min)
            {
                missed.Add((kind, id, min, held[node]));
            }

            node++;
        }
    }

    private MatchingResult Infeasible(Diagnosis? diagnosis) => new()
    {
        Instance = "",
        Policy = policy.ToString(),
        Status = MatchingStatus.Infeasible,
        Diagnosis = diagnosis is null ? null : ReportJson.ToElement(diagnosis),
    };

    /// <summary>The minima are hard and the policy leaves no choice: no result, and each missed minimum with its repair.</summary>
    private static Diagnosis Diagnose(ImmutableArray<(string Kind, string Id, int Min, int Count)> missed) => new(
        false,
        [
            .. missed.Select(bound =>
            {
                var (min, count) = (bound.Min.ToString(CultureInfo.InvariantCulture), bound.Count.ToString(CultureInfo.InvariantCulture));
                return new Conflict(
                    [
                        new("minimum", bound.Id, bound.Kind, bound.Min, new(
                            $"Abaisser le minimum de {bound.Id} de {min} à {count}.",
                            $"将 {bound.Id} 的最低人数从 {min} 降至 {count}。",
                            $"Lower the minimum of {bound.Id} from {min} to {count}.")),
                    ],
                    new(
                        $"L’affectation stable que la règle désigne donne {count} à {bound.Id}, dont le minimum est {min}.",
                        $"该规则确定的稳定分配给 {bound.Id} {count} 人，而其最低人数为 {min}。",
                        $"The stable matching that the policy names gives {bound.Id} {count}; its minimum is {min}."));
            }),
        ],
        null,
        null,
        []);
}
