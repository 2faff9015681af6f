using System.Globalization;
using Google.OrTools.Sat;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// The matching problem with all its constraints as a CP-SAT model, and the search on it: one worker, a fixed seed and a limit in CP-SAT's deterministic
/// time (about a second each), so that a search ends the same on every machine.
/// </summary>
internal sealed class SearchModel
{
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly CpModel model = new();
    private readonly (Option Option, BoolVar Chosen)[][] chosen;
    private readonly CancellationToken cancellationToken;
    private readonly SearchBudget budget;

    /// <param name="budget">For all searches together.</param>
    public SearchModel(Instance instance, Roster roster, SearchBudget budget, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        this.cancellationToken = cancellationToken;
        this.budget = budget;
        chosen = [.. Enumerable.Range(0, instance.Students.Length).Select(s =>
            roster.OptionsOf(s).Select(option => (option, model.NewBoolVar(string.Create(CultureInfo.InvariantCulture, $"x{s}.{option.Offer}")))).ToArray())];
        EveryStudentHasAtMostOneOffer();
        EveryPinIsKept();
        NobodyOverOrUnderABound();
        QuotasHold();
        TogetherHolds();
        ApartHolds();
    }

    /// <summary>The best matching found so far, as offer by student; null before the first. One found elsewhere must meet every constraint of the model.</summary>
    public int[]? Best { get; set; }

    /// <summary>Adds up a cost over students: <paramref name="costOf"/> their option, or null for unplaced.</summary>
    public LinearExpr Sum(Func<int, Option?, long> costOf)
    {
        var sum = LinearExpr.NewBuilder();
        for (var s = 0; s < chosen.Length; s++)
        {
            var unplaced = costOf(s, null);
            sum.Add(unplaced);
            foreach (var (option, x) in chosen[s])
            {
                if (costOf(s, option) - unplaced is var difference && difference != 0)
                {
                    sum.AddTerm(x, difference);
                }
            }
        }

        return sum;
    }

    /// <summary>A number that is at least every student's <paramref name="valueOf"/>.</summary>
    public IntVar AtLeastEvery(Func<int, Option, long> valueOf, long most)
    {
        var greatest = model.NewIntVar(0, most, "greatest");
        for (var s = 0; s < chosen.Length; s++)
        {
            var own = LinearExpr.NewBuilder();
            foreach (var (option, x) in chosen[s])
            {
                own.AddTerm(x, valueOf(s, option));
            }

            model.AddLinearConstraint(greatest - own, 0, most);
        }

        return greatest;
    }

    public void AtMost(LinearExpr expression, long value) => model.Add(expression <= value);

    public void AtLeast(LinearExpr expression, long value) => model.Add(expression >= value);

    /// <summary>From now on the student has one of these options; none means unplaced.</summary>
    public void Keep(int student, Func<Option, bool> kept)
    {
        var (open, closed) = (chosen[student].Where(pair => kept(pair.Option)).Select(pair => pair.Chosen).ToList(), chosen[student].Where(pair => !kept(pair.Option)).ToList());
        foreach (var (_, x) in closed)
        {
            model.Add(x == 0);
        }

        if (open.Count > 0)
        {
            model.AddExactlyOne(open);
        }
    }

    public void Forbid(int student, int offer)
    {
        foreach (var (_, x) in chosen[student].Where(pair => pair.Option.Offer == offer))
        {
            model.Add(x == 0);
        }
    }

    /// <summary>The least value of <paramref name="objective"/>; <see cref="Best"/> attains what is told.</summary>
    /// <param name="hint">A matching to start from; need not be feasible.</param>
    public SearchAnswer Minimise(LinearExpr objective, int[]? hint)
    {
        cancellationToken.ThrowIfCancellationRequested();
        model.Minimize(objective);
        model.ClearHints();
        if ((Best ?? hint) is { } start)
        {
            for (var s = 0; s < chosen.Length; s++)
            {
                foreach (var (option, x) in chosen[s])
                {
                    model.AddHint(x, start[s] == option.Offer);
                }
            }
        }

        if (budget.IsSpent)
        {
            return new(Best is null ? SearchEnd.Unknown : SearchEnd.Feasible, 0, null);
        }

        using var solver = new CpSolver();
        solver.StringParameters = "num_workers:1,random_seed:1,linearization_level:2"
            + (double.IsFinite(budget.Left) ? string.Create(CultureInfo.InvariantCulture, $",max_deterministic_time:{budget.Left:R}") : "");
        CpSolverStatus status;
        // Stopped from outside it answers with what it has; the token then says so.
        using (budget.TimeIsUp.Register(solver.StopSearch))
        using (cancellationToken.Register(solver.StopSearch))
        {
            status = solver.Solve(model);
        }

        cancellationToken.ThrowIfCancellationRequested();
        budget.Use(solver.Response!.DeterministicTime); // not null: it has solved
        switch (status)
        {
            case CpSolverStatus.Optimal or CpSolverStatus.Feasible:
                Best = [.. chosen.Select(mine => Array.FindIndex(mine, pair => solver.BooleanValue(pair.Chosen)) is var i && i < 0 ? Matched.Unplaced : mine[i].Option.Offer)];
                var value = solver.Value(objective);
                return status == CpSolverStatus.Optimal
                    ? new(SearchEnd.Optimal, value, value)
                    : new(SearchEnd.Feasible, value, Math.Min(value, (long)Math.Ceiling(solver.BestObjectiveBound - 1e-6)));
            case CpSolverStatus.Infeasible:
                return new(SearchEnd.Infeasible, 0, null);
            case CpSolverStatus.Unknown:
                return new(Best is null ? SearchEnd.Unknown : SearchEnd.Feasible, 0, null);
            default:
                throw new InvalidOperationException($"The search answered {status}: {model.Validate()}");
        }
    }

    private void EveryStudentHasAtMostOneOffer()
    {
        foreach (var mine in chosen.Where(mine => mine.Length > 1))
        {
            model.AddAtMostOne(mine.Select(pair => pair.Chosen));
        }
    }

    private void EveryPinIsKept()
    {
        for (var s = 0; s < chosen.Length; s++)
        {
            if (roster.IsPinned(s))
            {
                // No option: the pin is forbidden, and the empty clause says that no matching exists.
                model.AddBoolOr(chosen[s].Select(pair => pair.Chosen));
            }
        }
    }

    private void NobodyOverOrUnderABound()
    {
        foreach (var offer in instance.Offers)
        {
            Bound(Where((_, other) => other.Id == offer.Id), offer.Min, offer.Max, offer.Opening);
        }

        foreach (var supervisor in instance.Supervisors)
        {
            Bound(Where((_, offer) => offer.Supervisor == supervisor.Id), supervisor.Min, supervisor.Max, Opening.Always);
        }

        foreach (var host in instance.Hosts)
        {
            Bound(Where((_, offer) => offer.Host == host.Id), host.Min, host.Max, host.Opening);
        }
    }

    private void QuotasHold()
    {
        foreach (var quota in instance.Quotas)
        {
            Bound(Where((student, offer) => SideConstraints.Counts(quota, student, offer)), quota.Min, quota.Max, Opening.Always);
        }
    }

    private void TogetherHolds()
    {
        foreach (var group in instance.Together.Where(group => group.Students.Length > 1))
        {
            foreach (var members in ByPlace(group.Students, group.Level).Values)
            {
                for (var i = 1; i < members.Length; i++)
                {
                    model.Add(LinearExpr.Sum(members[i]) == LinearExpr.Sum(members[0]));
                }
            }
        }
    }

    private void ApartHolds()
    {
        foreach (var group in instance.Apart)
        {
            foreach (var members in ByPlace(group.Students, group.Level).Values)
            {
                model.AddAtMostOne(members.SelectMany(x => x));
            }
        }
    }

    /// <summary>By host or offer: for each student of a group, the variables that place them there.</summary>
    private Dictionary<string, List<BoolVar>[]> ByPlace(IReadOnlyList<string> students, GroupLevel level)
    {
        var places = new Dictionary<string, List<BoolVar>[]>(StringComparer.Ordinal);
        for (var i = 0; i < students.Count; i++)
        {
            foreach (var (option, x) in chosen[roster.StudentIndex[students[i]]])
            {
                var place = SideConstraints.PlaceOf(level, instance.Offers[option.Offer]);
                if (!places.TryGetValue(place, out var members))
                {
                    members = [.. students.Select(_ => new List<BoolVar>())];
                    places.Add(place, members);
                }

                members[i].Add(x);
            }
        }

        return places;
    }

    private List<BoolVar> Where(Func<InstanceStudent, InstanceOffer, bool> counts) =>
        [.. chosen.SelectMany((mine, s) => mine.Where(pair => counts(instance.Students[s], instance.Offers[pair.Option.Offer])).Select(pair => pair.Chosen))];

    private void Bound(List<BoolVar> members, int min, int? max, Opening opening)
    {
        var sum = LinearExpr.Sum(members);
        if (max < members.Count)
        {
            model.Add(sum <= max.Value);
        }

        if (min > 0 && opening == Opening.Always)
        {
            model.Add(sum >= min);
        }
        else if (min > 1)
        {
            var open = model.NewBoolVar("open");
            model.Add(sum >= min * open);
            foreach (var member in members)
            {
                model.AddImplication(member, open);
            }
        }
    }
}
