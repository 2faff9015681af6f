using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Re-checks a result against its instance: every constraint, every figure, the proof of each level and the lottery. Uses none of the solver's code.
/// </summary>
public static class ResultVerifier
{
    private const int ManyStudents = 10_000;

    public static VerificationReport Check(Instance instance, MatchingResult result)
    {
        // Nothing else asks for the digest: where it takes longer than starting a thread, another core makes it meanwhile.
        var early = instance.Students.Length < ManyStudents ? null : Task.Run(() => CanonicalJson.Digest(instance), CancellationToken.None);
        var report = CheckClaim(instance, result);
        var digest = early is null ? CanonicalJson.Digest(instance) : early.GetAwaiter().GetResult();
        return result.Instance == digest ? report : report with
        {
            Findings = report.Findings.Insert(0, new("digest", $"The result is of instance {result.Instance}; this instance is {digest}.")),
        };
    }

    private static VerificationReport CheckClaim(Instance instance, MatchingResult result)
    {
        var findings = new List<Finding>();
        void Add(string code, string message) => findings.Add(new(code, message));

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
        if (result.Report is { } explained)
        {
            ReportCheck.Run(claim, explained, Add);
        }

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

            // Mostly it is the choice of the stated rank, and needs no looking up among all offers.
            var at = ChoiceOfThatRank(claim, student, assignment);
            var offer = at >= 0 ? claim.ChosenBy(student)[at] : Claim.Unplaced;
            if (at < 0 && !claim.OfferAt.TryGetValue(assignment.Offer, out offer))
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
            var rank = at >= 0 ? claim.RanksOf(student)[at] : claim.RankOf(student, offer);
            (claim.Given[student], claim.GivenRank[student]) = (offer, rank ?? 0);
            if (claim.Instance.Offers[offer].Host != assignment.Host)
            {
                add("host", $"Offer \"{assignment.Offer}\" is of host \"{claim.Instance.Offers[offer].Host}\", not \"{assignment.Host}\".");
            }

            if (rank != assignment.Rank)
            {
                add("rank", $"Offer \"{assignment.Offer}\" has rank {rank?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} for student \"{assignment.Student}\", not {assignment.Rank?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}.");
            }
        }
    }

    /// <returns>Place in the student's list of what they are said to have; -1: elsewhere, or nowhere.</returns>
    private static int ChoiceOfThatRank(Claim claim, int student, Assignment assignment)
    {
        // Where nothing is tied the rank is the place in the list.
        var list = claim.ChosenBy(student);
        return assignment.Rank is { } rank and > 0 && rank <= list.Length && claim.Instance.Offers[list[rank - 1]].Id == assignment.Offer ? rank - 1 : -1;
    }
}
