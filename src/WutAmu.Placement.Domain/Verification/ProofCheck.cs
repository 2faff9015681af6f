using System.Collections.Immutable;
using System.Numerics;
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

        var face = new TightNetwork(claim, claim.Policy.Name == PolicyName.MinRegretGreedy ? levels.FirstOrDefault(level => level.Objective == "worst-rank")?.Value : null);
        // A search is an answer, too, where quotas are.
        var searched = !face.HoldsEverything() || (certificate?.Kind == "search" && claim.Instance.Quotas.Length > 0);
        if (!IsOfKind(searched ? "search" : claim.Policy.Name == PolicyName.Serial ? "serial" : "prices") || certificate is null)
        {
            return Unproven();
        }

        if (searched)
        {
            return SearchCheck.Run(claim, certificate, face, add);
        }

        var proven = Prove(claim, certificate, face, isWhole: true, add);
        // An order of service is the policy itself, with or without a lottery for the rest.
        if (proven.Count == levels.Length && (claim.Result.Lottery || claim.Policy.Name == PolicyName.Serial) && face.FirstUnfairService(claim.Order(claim.Policy.Name == PolicyName.Serial)) is { } unfair)
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
    public static HashSet<string> Prove(Claim claim, Certificate certificate, TightNetwork face, bool isWhole, Action<string, string> add)
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

        foreach (var phase in certificate.Phases)
        {
            if (WeightOfPhase(claim, phase, add) is not { } weight)
            {
                break;
            }

            if (face.Narrow(weight, phase) is { } violation)
            {
                add("level.not-optimal", $"Level {string.Join(", ", phase.Levels)}: {violation}");
                break;
            }

            proven.UnionWith(phase.Levels);
        }

        if ((isWhole || certificate.AboveWorstRank is not null || stated.Count > 0)
            && levels.FirstOrDefault(level => level.Objective == "worst-rank") is { } worst && WorstRankIsLeast(claim, worst.Value, certificate, add))
        {
            proven.Add("worst-rank");
        }

        return proven;
    }

    private static Func<int, int, int, Int128>? WeightOfPhase(Claim claim, CertificatePhase phase, Action<string, string> add)
    {
        // A radix so great that the packed weight leaves 128 bits would make the first levels vanish.
        if (phase.Levels.Length > 1
            && (phase.Radix <= claim.Instance.Students.Length || phase.Levels.Contains("cost") || BigInteger.Pow(phase.Radix, Math.Min(phase.Levels.Length, 100)) > BigInteger.Pow(2, 100)))
        {
            add("certificate", $"Levels {string.Join(", ", phase.Levels)} cannot be packed with radix {phase.Radix}.");
            return null;
        }

        var parts = new List<Func<int, int, int, long>>();
        foreach (var level in phase.Levels)
        {
            if (Objectives.WeightOf(claim, level) is not { } part)
            {
                add("certificate", $"Level \"{level}\" is unknown.");
                return null;
            }

            parts.Add(part);
        }

        if (parts.Count == 1)
        {
            var only = parts[0];
            return (student, offer, rank) => only(student, offer, rank);
        }

        return (student, offer, rank) =>
        {
            Int128 weight = 0;
            foreach (var part in parts)
            {
                weight = (weight * phase.Radix) + part(student, offer, rank);
            }

            return weight;
        };
    }

    private static bool WorstRankIsLeast(Claim claim, long worst, Certificate certificate, Action<string, string> add)
    {
        Int128 total = 0;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            total += Weight(s, claim.Given[s], 0);
        }

        // The phases speak of the network without greater ranks; what comes before the worst rank must hold over all of them.
        if (certificate.AboveWorstRank is not { } above || new TightNetwork(claim, null).DualValue(Weight, above) < total)
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

        var bound = new TightNetwork(claim, worst - 1).DualValue(Weight, proof);
        if (bound > total)
        {
            return true;
        }

        add("level.not-optimal", $"Level worst-rank: the proof does not show that the levels above it need rank {worst}: it bounds them by {bound}, and they are {total}.");
        return false;

        // The levels above "worst-rank": unplaced, and with keep-published the moved ones packed below.
        Int128 Weight(int student, int offer, int rank)
        {
            Int128 unplaced = offer == Claim.Unplaced && claim.HasList(student) ? 1 : 0;
            return claim.Policy.KeepPublished ? (unplaced * (claim.Given.Length + 1)) + Objectives.Moved(claim, student, offer) : unplaced;
        }
    }
}
