using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Flow;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver;

/// <summary>Lexicographic levels over the placement network: one at a time, each fixed at its proven value by narrowing the optimal face.</summary>
internal sealed class LevelByLevel(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
{
    private readonly Roster roster = new(instance, options.Like);
    private readonly List<Level> levels = [];
    private readonly List<CertificatePhase> phases = [];
    private long[] placedPrices = [];
    private readonly Stopwatch proving = new();
    private CancellationToken stop;

    // Offer by student in the best flow so far: a level that is broken off leaves its own half done.
    private int[]? best;

    /// <summary>True if OR-Tools solved a level.</summary>
    public bool UsedOrTools { get; private set; }

    /// <returns>The result without its digest, status <c>feasible</c> where the time was up before the last level; null if no matching meets the bounds.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, or the time was up before a first matching.</exception>
    public MatchingResult? Solve()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, options.TimeIsUp);
        stop = either.Token;
        try
        {
            return SolveAll();
        }
        catch (OperationCanceledException) when (best is not null && !cancellationToken.IsCancellationRequested)
        {
            return Unproven(best);
        }
    }

    private MatchingResult? SolveAll()
    {
        if (Feasible(new(instance, roster, worstRank: null), out _) is not { } face)
        {
            return null;
        }

        Remember(face);
        if (policy.Name == PolicyName.Serial)
        {
            FewestMoved(face);
            Serve(face, roster.ServiceOrder());
            return Report(face, new() { Kind = "serial", Phases = [.. phases] });
        }

        CertificatePhase? worstRankProof = null;
        CertificatePhase? aboveWorstRank = null;
        if (policy.Name == PolicyName.MinRegretGreedy)
        {
            // The rank is bounded before the levels above it are proven: they are the same on the smaller network, by its choice.
            (face, var prices, var worst, worstRankProof, aboveWorstRank) = WithLeastWorstRank(face);
            MostPlaced(face, prices);
            FewestMoved(face);
            Tell(new("worst-rank", worst, worst));
            MostAtEachRank(face);
        }
        else
        {
            if (policy.Name != PolicyName.RankMaximal)
            {
                MostPlaced(face);
            }

            FewestMoved(face);
            switch (policy.Name)
            {
                case PolicyName.GenerousMaximum: FewestAtEachRankFromTheWorst(face); break;
                case PolicyName.MinCost: LowestCost(face); break;
                default: MostAtEachRank(face); break;
            }

            if (policy.Name == PolicyName.RankMaximal && HasOffListOptions())
            {
                Minimise(face, "off-list", (student, option) => option is { Rank: null } && roster.HasList(student) ? -1 : 0, total => -total);
            }
        }

        if (options.Lottery)
        {
            Serve(face, roster.LotteryOrder());
        }

        return Report(face, new() { Kind = "prices", Phases = [.. phases], WorstRank = worstRankProof, AboveWorstRank = aboveWorstRank });
    }

    private void Serve(FlowFace face, int[] order)
    {
        try
        {
            face.ServeInOrder(order, stop);
        }
        catch (OperationCanceledException)
        {
            // Between two students it is a flow, and the first ones are served.
            Remember(face);
            throw;
        }
    }

    [MemberNotNull(nameof(best))]
    private void Remember(FlowFace face) =>
        best = [.. Enumerable.Range(0, instance.Students.Length).Select(student => face.OptionOf(student)?.Offer ?? Matched.Unplaced)];

    private MatchingResult Unproven(int[] given) =>
        Matched.Tell(instance, roster, given, policy, MatchingStatus.Feasible, new() { Kind = policy.Name == PolicyName.Serial ? "serial" : "prices", Phases = [.. phases] }) with
        {
            Levels =
            [
                .. levels,
                .. SearchLevel.Of(instance, roster, policy).Skip(levels.Count).Select(level => new Level(level.Name, level.ValueOf(level.CostOf(roster, given)), null)),
            ],
        };

    /// <param name="known">Prices of the level where the face is narrowed to it already; null: it is not.</param>
    private void MostPlaced(FlowFace face, long[]? known = null)
    {
        var submitters = Enumerable.Range(0, instance.Students.Length).Count(roster.HasList);
        if (known is null)
        {
            placedPrices = Minimise(face, "placed", Unplaced, total => submitters - total);
            return;
        }

        var unplaced = Enumerable.Range(0, instance.Students.Length).Sum(student => Unplaced(student, face.OptionOf(student)));
        Minimised(face, "placed", known, submitters - unplaced);
        placedPrices = known;
    }

    private void FewestMoved(FlowFace face)
    {
        if (policy.KeepPublished)
        {
            Minimise(face, "moved", Moved, total => total);
        }
    }

    private void MostAtEachRank(FlowFace face)
    {
        for (var rank = 1; rank <= roster.GreatestRank; rank++)
        {
            var r = rank;
            Minimise(face, $"rank-{rank}", (_, option) => option?.Rank == r ? -1 : 0, total => -total);
        }
    }

    private void FewestAtEachRankFromTheWorst(FlowFace face)
    {
        if (HasOffListOptions())
        {
            Minimise(face, "off-list", (student, option) => option is { Rank: null } && roster.HasList(student) ? 1 : 0, total => total);
        }

        for (var rank = roster.GreatestRank; rank >= 2; rank--)
        {
            var r = rank;
            Minimise(face, $"rank-{rank}", (_, option) => option?.Rank == r ? 1 : 0, total => total);
        }
    }

    /// <summary>
    /// How many stay unplaced is fixed by now; still each counts as dear as two places at the worst cost on the way, or else everybody would start unplaced to save costs. On the
    /// face that costs the same everywhere, and the penalty times the prices of level "placed" takes it off the prices again.
    /// </summary>
    private void LowestCost(FlowFace face)
    {
        var penalty = 2L * (roster.GreatestRank + 1);
        var unplaced = Enumerable.Range(0, instance.Students.Length).Count(student => Unplaced(student, face.OptionOf(student)) == 1);
        var (total, prices) = face.Minimise(
            (student, option) => roster.HasList(student) ? option?.Cost ?? penalty : 0,
            stop);
        Remember(face);
        UsedOrTools |= face.UsedOrTools;
        total -= penalty * unplaced;
        phases.Add(Phase(["cost"], 1, face.Network, [.. prices.Select((price, node) => price - (penalty * placedPrices[node]))]));
        Tell(new("cost", total, total));
    }

    /// <summary>The smallest k such that no rank over k is needed for the levels above, by bisection; and the proofs that k − 1 is too small and that no greater rank helps: of the trials made on the way.</summary>
    /// <returns>With the prices of level "placed" where the face is narrowed to it; else null.</returns>
    private (FlowFace Face, long[]? Prices, int WorstRank, CertificatePhase? Proof, CertificatePhase Above) WithLeastWorstRank(FlowFace unrestricted)
    {
        var (least, prices) = LevelsAboveWorstRank(unrestricted);
        Remember(unrestricted);
        UsedOrTools |= unrestricted.UsedOrTools;
        var above = PhaseAboveWorstRank(unrestricted.Network, prices);
        var (low, high) = (roster.WorstPinnedRank, roster.GreatestRank + 1);
        var face = unrestricted;
        CertificatePhase? tooLittle = null;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var network = new PlacementNetwork(instance, roster, middle);
            var trial = Feasible(network, out var trialPrices);
            var total = -1L;
            if (trial is not null)
            {
                (total, trialPrices) = LevelsAboveWorstRank(trial);
                UsedOrTools |= trial.UsedOrTools;
            }

            if (trial is not null && total == least)
            {
                Remember(trial);
                (face, prices, high) = (trial, trialPrices, middle);
            }
            else
            {
                tooLittle = ProofThatItIsTooLittle(network, trialPrices, isFeasible: trial is not null);
                low = middle + 1;
            }
        }

        if (policy.KeepPublished)
        {
            // Its two levels were taken as one; each has a phase of its own.
            face = Feasible(new(instance, roster, low), out _) ?? throw new InvalidOperationException("A network found feasible is not.");
        }

        return (face, policy.KeepPublished ? null : prices, low, low <= Math.Max(1, roster.WorstPinnedRank) ? null : tooLittle, above);
    }

    private CertificatePhase ProofThatItIsTooLittle(PlacementNetwork network, long[] prices, bool isFeasible)
    {
        if (!isFeasible && policy.KeepPublished)
        {
            // A proof of infeasibility may be scaled. It exceeds every total of one level, at most the number of students; twice the packing's base lifts it over every total of two.
            prices = [.. prices.Select(price => checked(price * 2 * (Radix + 1)))];
        }

        return PhaseAboveWorstRank(network, prices);
    }

    private CertificatePhase PhaseAboveWorstRank(PlacementNetwork network, long[] prices) =>
        policy.KeepPublished ? Phase(["placed", "moved"], Radix, network, prices) : Phase(["placed"], 1, network, prices);

    private long Radix => instance.Students.Length + 1L;

    private FlowFace? Feasible(PlacementNetwork network, out long[] prices) => FlowFace.Feasible(network, options.Flow, stop, out prices);

    /// <summary>"placed", or "placed" and "moved" packed.</summary>
    private (long Total, long[] Prices) LevelsAboveWorstRank(FlowFace face) =>
        face.Minimise(policy.KeepPublished ? (student, option) => (Unplaced(student, option) * Radix) + Moved(student, option) : Unplaced, stop);

    private long Unplaced(int student, Option? option) => option is null && roster.HasList(student) ? 1 : 0;

    private long Moved(int student, Option? option) => roster.Published.TryGetValue(student, out var offer) && option?.Offer != offer ? 1 : 0;

    private bool HasOffListOptions() => LevelCosts.HaveOffListOptions(instance, roster);

    private long[] Minimise(FlowFace face, string objective, Func<int, Option?, long> costOf, Func<long, long> valueOf)
    {
        var (total, prices) = face.Minimise(costOf, stop);
        Minimised(face, objective, prices, valueOf(total));
        return prices;
    }

    private void Minimised(FlowFace face, string objective, long[] prices, long value)
    {
        Remember(face);
        UsedOrTools |= face.UsedOrTools;
        phases.Add(Phase([objective], 1, face.Network, prices));
        // Proven: the prices satisfy complementary slackness, so that the dual value is the total.
        Tell(new(objective, value, value));
    }

    private void Tell(Level level)
    {
        levels.Add(level);
        options.Progress?.Invoke(level);
    }

    // Each piece of the proof ends by being stated: the clock stops here.
    private CertificatePhase Phase(ImmutableArray<string> objectives, long radix, PlacementNetwork network, long[] prices)
    {
        proving.Start();
        var phase = new CertificatePhase(
            objectives,
            radix,
            Prices(instance.Offers, offer => offer.Id, 0),
            Prices(instance.Supervisors, supervisor => supervisor.Id, network.SupervisorStart),
            Prices(instance.Hosts, host => host.Id, network.HostStart));
        proving.Stop();
        return phase;

        Dictionary<string, long> Prices<T>(ImmutableArray<T> rows, Func<T, string> idOf, int start)
            where T : class
        {
            var stated = new Dictionary<string, long>(StringComparer.Ordinal);
            for (var i = 0; i < rows.Length; i++)
            {
                if (prices[start + i] != 0)
                {
                    stated.Add(idOf(rows[i]), prices[start + i]);
                }
            }

            return stated;
        }
    }

    private MatchingResult Report(FlowFace face, Certificate certificate)
    {
        Remember(face);
        options.ProofTaken?.Invoke(proving.Elapsed);
        return Matched.Tell(instance, roster, best, policy, MatchingStatus.Optimal, certificate) with { Levels = [.. levels] };
    }
}
