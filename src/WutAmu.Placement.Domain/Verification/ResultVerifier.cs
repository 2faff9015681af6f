using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Re-checks a result against its instance: every constraint, every figure, the proof of each level and the lottery. Uses none of the solver's code.
/// </summary>
public static class ResultVerifier
{
    public static VerificationReport Check(Instance instance, MatchingResult result)
    {
        var findings = new List<Finding>();
        void Add(string code, string message) => findings.Add(new(code, message));

        var digest = CanonicalJson.Digest(instance);
        if (result.Instance != digest)
        {
            Add("digest", $"The result is of instance {result.Instance}; this instance is {digest}.");
        }

        if (!PolicyName.TryParse(result.Policy, out var policy))
        {
            Add("policy", $"Policy \"{result.Policy}\" is unknown.");
            return new([.. findings], []);
        }

        if (policy is { IsStable: true, KeepPublished: true })
        {
            Add("policy", $"Policy {policy.Name} has no form \"{PolicyName.KeepPublishedPrefix}\".");
        }

        if (result.Status == MatchingStatus.Infeasible)
        {
            Add("status.infeasible", "The result says that no matching exists; there is no placement to verify.");
            return new([.. findings], []);
        }

        if (result.Status == MatchingStatus.Feasible)
        {
            Add("status.not-proven", "The result says itself that it is not proven optimal.");
        }

        var claim = new Claim(instance, result, policy);
        ReadAssignments(claim, Add);
        ConstraintCheck.Run(claim, Add);
        FigureCheck.Run(claim, Add);
        if (findings.Exists(finding => finding.Code is "assignment" or "capacity" or "placement"))
        {
            // Proofs speak of matchings; this is none.
            return new([.. findings], [.. result.Levels.Select(level => new CheckedLevel(level.Objective, false))]);
        }

        StabilityCheck.CountsBlockingPairs(claim, Add);
        var levels = ProofCheck.Run(claim, Add);
        return new([.. findings], levels);
    }

    private static void ReadAssignments(Claim claim, Action<string, string> add)
    {
        string? previous = null;
        foreach (var assignment in claim.Result.Assignments)
        {
            if (!claim.StudentAt.TryGetValue(assignment.Student, out var student))
            {
                add("assignment", $"Student \"{assignment.Student}\" is not in the instance.");
                continue;
            }

            if (!claim.OfferAt.TryGetValue(assignment.Offer, out var offer))
            {
                add("assignment", $"Offer \"{assignment.Offer}\" is not in the instance.");
                continue;
            }

            if (claim.Given[student] != Claim.Unplaced)
            {
                add("assignment", $"Student \"{assignment.Student}\" is placed twice.");
                continue;
            }

            if (previous is not null && string.CompareOrdinal(previous, assignment.Student) > 0)
            {
                add("order", $"Assignments are not sorted: \"{assignment.Student}\" after \"{previous}\".");
            }

            previous = assignment.Student;
            claim.Given[student] = offer;
            if (claim.Instance.Offers[offer].Host != assignment.Host)
            {
                add("host", $"Offer \"{assignment.Offer}\" is of host \"{claim.Instance.Offers[offer].Host}\", not \"{assignment.Host}\".");
            }

            var rank = claim.RankOf(student, offer);
            if (rank != assignment.Rank)
            {
                add("rank", $"Offer \"{assignment.Offer}\" has rank {rank?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} for student \"{assignment.Student}\", not {assignment.Rank?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}.");
            }
        }
    }
}
