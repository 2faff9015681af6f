using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Stable;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Whether the draw of lots decided a student's placement under a policy without levels (serial, stable). Told only where it is certain: no tie that a ticket breaks can reach
/// the student, or another draw gives them another placement.
/// </summary>
internal sealed class LotteryInfluence
{
    private const int OtherDraws = 8;

    private readonly Instance instance;
    private readonly PolicyName policy;
    private readonly Roster roster;
    private readonly int?[] given;
    private readonly CancellationToken cancellationToken;
    private readonly Lazy<List<int?[]>> others;
    private readonly Lazy<int> firstTie;
    private readonly Lazy<bool> hostsHaveTies;
    private readonly int[] turn;

    /// <param name="given">Offer by student of the sorted instance.</param>
    public LotteryInfluence(Instance instance, PolicyName policy, Roster roster, int?[] given, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.policy = policy;
        this.roster = roster;
        this.given = given;
        this.cancellationToken = cancellationToken;
        var order = roster.ServiceOrder();
        turn = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            turn[order[i]] = i;
        }

        firstTie = new(() => Enumerable.Range(1, Math.Max(0, order.Length - 1)).FirstOrDefault(i => HaveOneStanding(order[i - 1], order[i]), order.Length + 1) - 1);
        hostsHaveTies = new(HostsHaveTies);
        others = new(() => [.. Enumerable.Range(0, OtherDraws).Select(Draw)]);
    }

    /// <returns>True: no draw gives the student anything else; false: another one does; null: not known.</returns>
    public bool? DecidedNothing(int student)
    {
        // Which of equally good offers it is, no draw decides, but a rule: other matchings are as good.
        if (given[student] is { } offer && IsAlone(student, offer) && (IsNeverFull(student, offer) || CannotReach(student)))
        {
            return true;
        }

        if (given[student] is null && CannotReach(student))
        {
            return true;
        }

        // Constraints that do not nest would need a search for each draw.
        return PolicyEffects.Nests(instance) && others.Value.Exists(other => other[student] != given[student]) ? false : null;
    }

    /// <summary>
    /// In an order of service: everybody up to the student has a standing of their own. In a stable matching: so has everybody at every host, and in the order of service where
    /// what is left is given to those who accept it.
    /// </summary>
    private bool CannotReach(int student) => policy.IsStable
        ? !hostsHaveTies.Value && (roster.OptionsOf(student).All(option => option.Listed) || firstTie.Value >= given.Length)
        : turn[student] < firstTie.Value;

    private bool IsAlone(int student, int offer)
    {
        var mine = roster.OptionsOf(student).Find(offer);
        return roster.OptionsOf(student).Count(option => option.RankOrOffList == mine?.RankOrOffList) == 1;
    }

    /// <summary>Nobody can be kept out of an only first choice whose limits are above all who could ever come.</summary>
    private bool IsNeverFull(int student, int offer)
    {
        if (policy.KeepPublished || instance.Pinned.Length > 0 || !PolicyEffects.Nests(instance) || roster.OptionsOf(student).Find(offer)?.Rank != 1
            || instance.Offers.Any(other => other.Min > 0) || instance.Supervisors.Any(other => other.Min > 0) || instance.Hosts.Any(other => other.Min > 0))
        {
            return false;
        }

        var (own, host, supervisor) = (instance.Offers[offer], instance.Hosts[roster.HostIndex[instance.Offers[offer].Host]], instance.Offers[offer].Supervisor);
        return Demand(other => other.Id == own.Id) <= own.Max
            && !(Demand(other => other.Host == host.Id) > host.Max)
            && (supervisor is null || !(Demand(other => other.Supervisor == supervisor) > instance.Supervisors[roster.SupervisorIndex[supervisor]].Max));

        int Demand(Func<InstanceOffer, bool> counts) =>
            Enumerable.Range(0, given.Length).Count(s => roster.OptionsOf(s).Any(option => counts(instance.Offers[option.Offer])));
    }

    private bool HaveOneStanding(int one, int other) =>
        roster.HasList(one) == roster.HasList(other) && instance.Students[one].Score.Equals(instance.Students[other].Score);

    private bool HostsHaveTies()
    {
        var contracts = new Contracts(instance, roster);
        return Enumerable.Range(0, contracts.ContractCount)
            .GroupBy(contract => (instance.Offers[contracts.Offer[contract]].Host, contracts.PositionOf(contract), roster.HasList(contracts.Student[contract]), instance.Students[contracts.Student[contract]].Score))
            .Any(tied => tied.Select(contract => contracts.Student[contract]).Distinct().Skip(1).Any());
    }

    private int?[] Draw(int number)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var drawn = MatchingEngine.SolveSorted(instance with { LotterySeed = $"{instance.LotterySeed}\n{number}" }, policy, new(), cancellationToken);
        var other = new int?[given.Length];
        foreach (var assignment in drawn.Assignments)
        {
            other[roster.StudentIndex[assignment.Student]] = roster.OfferIndex[assignment.Offer];
        }

        return other;
    }
}
