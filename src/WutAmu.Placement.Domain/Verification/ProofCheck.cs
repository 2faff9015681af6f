using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Checks the certificate: lexicographic complementary slackness, the bound of <c>worst-rank</c>, and the order of service.</summary>
internal static class ProofCheck
{
    public static ImmutableArray<CheckedLevel> Run(Claim claim, Action<string, string> add)
    {
        var levels = claim.Result.Levels;
        var certificate = claim.Result.Certificate;
        if (claim.Policy.IsStable)
        {
            // These know no side constraints of any kind, and need no network.
            if (HasSideConstraints(claim.Instance))
            {
                add("policy", $"Policy {claim.Policy.Name} is not defined with quotas, together, apart and if-open.");
            }
            else if (IsOfKind("stable"))
            {
                StabilityCheck.IsThePolicysMatching(claim, add);
                return [];
            }

            return Unproven();
        }

        var nodes = new NetworkNodes(claim);
        var face = new TightNetwork(claim, nodes, claim.Policy.Name == PolicyName.MinRegretGreedy ? levels.FirstOrDefault(level => level.Objective == "worst-rank")?.Value : null);
        // A search is an answer, too, where quotas are.
        var searched = !nodes.HoldEverything() || (certificate?.Kind == "search" && claim.Instance.Quotas.Length > 0);
        if (!IsOfKind(searched ? "search" : claim.Policy.Name == PolicyName.Serial ? "serial" : "prices") || certificate is null)
        {
            return Unproven();
        }

        if (searched)
        {
            return SearchCheck.Run(claim, certificate, nodes, face, add);
        }

        var proven = Prove(claim, certificate, nodes, face, isWhole: true, add);
        // An order of service is the policy itself, with or without a lottery for the rest.
        if (proven.Count == levels.Length && (claim.Result.Lottery || claim.Policy.Name == PolicyName.Serial) && face.FirstUnfairService(claim.Policy.Name == PolicyName.Serial) is { } unfair)
        {
            add("lottery", unfair);
        }

        foreach (var level in levels.Where(level => !proven.Contains(level.Objective)))
        {
            add("level.not-proven", $"Level {level.Objective}: the certificate does not prove it.");
        }

        return [.. levels.Select(level => new CheckedLevel(level.Objective, proven.Contains(level.Objective)))];

        ImmutableArray<CheckedLevel> Unproven() => [.. levels.Select(level => new CheckedLevel(level.Objective, false))];

        bool IsOfKind(string kind)
        {
            if (certificate?.Kind != kind)
            {
                add("certificate", $"The claim of policy {claim.Result.Policy} on this instance needs a certificate of kind \"{kind}\"; found \"{certificate?.Kind ?? "none"}\".");
            }

            return certificate?.Kind == kind;
        }
    }

    private static bool HasSideConstraints(Instance instance) =>
        instance.Quotas.Length + instance.Together.Length + instance.Apart.Length > 0
        || instance.Hosts.Any(host => host is { Opening: Opening.IfOpen, Min: > 1 })
        || instance.Offers.Any(offer => offer is { Opening: Opening.IfOpen, Min: > 1 });

    /// <summary>Checks each phase of the certificate in order, narrowing <paramref name="face"/>, and the proof of the worst rank.</summary>
    /// <param name="isWhole">True: the certificate must prove every level; false: the first ones, as many as it likes.</param>
    /// <returns>The levels proven.</returns>
    public static HashSet<string> Prove(Claim claim, Certificate certificate, NetworkNodes nodes, TightNetwork face, bool isWhole, Action<string, string> add)
    {
        var levels = claim.Result.Levels;
        var proven = new HashSet<string>(StringComparer.Ordinal);
        var expected = levels.Select(level => level.Objective).Where(objective => objective != "worst-rank").ToList();
        var stated = certificate.Phases.SelectMany(phase => phase.Levels).ToList();
        if (!(isWhole ? expected : expected.Take(stated.Count)).SequenceEqual(stated, StringComparer.Ordinal))
        {
            add("certificate", $"The certificate proves {string.Join(", ", stated)}; the policy needs {string.Join(", ", expected)}.");
            return proven;
        }

        var weights = new List<PhaseWeight>();
        var problem = "";
        foreach (var phase in certificate.Phases)
        {
            if (PhaseWeight.Of(claim, phase, out problem) is not { } weight)
            {
                break;
            }

            weights.Add(weight);
        }

        var (holding, violation) = face.Narrow(certificate.Phases, weights);
        proven.UnionWith(certificate.Phases.Take(holding).SelectMany(phase => phase.Levels));
        if (violation is not null)
        {
            add("level.not-optimal", $"Level {string.Join(", ", certificate.Phases[holding].Levels)}: {violation}");
        }
        else if (problem.Length > 0)
        {
            add("certificate", problem);
        }

        if ((isWhole || certificate.AboveWorstRank is not null || stated.Count > 0)
            && levels.FirstOrDefault(level => level.Objective == "worst-rank") is { } worst && WorstRankIsLeast(claim, worst.Value, certificate, nodes, add))
        {
            proven.Add("worst-rank");
        }

        return proven;
    }

    private static bool WorstRankIsLeast(Claim claim, long worst, Certificate certificate, NetworkNodes nodes, Action<string, string> add)
    {
        // The levels above "worst-rank": unplaced, and with keep-published the moved ones packed below.
        var unplaced = new LevelWeight(LevelKind.Placed, 0, 1);
        var weight = claim.Policy.KeepPublished
            ? new PhaseWeight(claim, [unplaced, new(LevelKind.Moved, 0, 1)], claim.Given.Length + 1)
            : new PhaseWeight(claim, [unplaced], 1);
        Int128 total = 0;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            total += weight.Of<Int128>(s, claim.Given[s], 0);
        }

        // The phases speak of the network without greater ranks; what comes before the worst rank must hold over all of them.
        if (certificate.AboveWorstRank is not { } above || DualBound.Of(claim, nodes, null, weight, above) < total)
        {
            add("level.not-optimal", "The levels above worst-rank: the certificate does not show that greater ranks would not make them better.");
            return false;
        }

        // No matching has less than 1, nor less than what a pin imposes.
        var imposed = claim.PinOf.Max(pin => claim.RankOf(claim.StudentAt[pin.Key], claim.OfferAt[pin.Value])) ?? 0;
        if (worst <= Math.Max(1, imposed))
        {
            return true;
        }

        if (certificate.WorstRank is not { } proof)
        {
            add("certificate", "The certificate has no proof that the worst rank is the least.");
            return false;
        }

        var bound = DualBound.Of(claim, nodes, worst - 1, weight, proof);
        if (bound > total)
        {
            return true;
        }

        add("level.not-optimal", $"Level worst-rank: the proof does not show that the levels above it need rank {worst}: it bounds them by {bound}, and they are {total}.");
        return false;
    }
}
