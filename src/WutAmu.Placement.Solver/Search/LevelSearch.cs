using Google.OrTools.Sat;

namespace WutAmu.Placement.Solver.Search;

/// <summary>Settles levels one after the other: by what is known already, else by branch and bound, else by CP-SAT on a model that is built only then.</summary>
/// <param name="linear">Narrowed to the question; levels that are fixed narrow it further.</param>
/// <param name="newModel">Builds the complete model of the same question.</param>
internal sealed class LevelSearch(LinearSearch linear, Roster roster, Func<SearchModel> newModel)
{
    // With less than this a complete search finds nothing, and its model alone takes as long to build.
    private const double SecondsToBegin = 0.03;

    private readonly List<Action<SearchModel>> asked = [];
    private SearchModel? built;

    /// <summary>The best matching known that meets everything asked for so far, as offer by student; null before the first.</summary>
    public int[]? Best { get; set; }

    /// <summary>The least cost of a level where all levels before are fixed.</summary>
    /// <param name="least">Nothing less is possible; null: nothing known.</param>
    /// <param name="hint">A matching to start from; need not be feasible.</param>
    public SearchAnswer Settle(int l, long? least, int[]? hint)
    {
        var level = linear.Levels[l];
        if (Best is not null && (Cost() == least || Cost() == linear.Programme.LeastByItself(l)))
        {
            return new(SearchEnd.Optimal, Cost(), Cost());
        }

        if ((level.Additive is null ? LeastWorstRank(level, least ?? 0) : BranchAndBound(l)) is { } bound)
        {
            if (bound == Nothing)
            {
                return new(SearchEnd.Infeasible, 0, null);
            }

            least = Math.Max(bound, least ?? bound);
        }

        if (Best is not null && Cost() == least)
        {
            return new(SearchEnd.Optimal, Cost(), Cost());
        }

        if (linear.Programme.Budget.Left < SecondsToBegin)
        {
            return Best is null ? new(SearchEnd.Unknown, 0, null) : new(SearchEnd.Feasible, Cost(), least);
        }

        var model = Model();
        var objective = Objective(model, level);
        if (least is { } known)
        {
            model.AtLeast(objective, known);
        }

        var answer = model.Minimise(objective, hint);
        Best = model.Best ?? Best;
        return answer.End switch
        {
            SearchEnd.Infeasible => answer,
            _ when Best is null => answer with { End = SearchEnd.Unknown },
            SearchEnd.Optimal => new(SearchEnd.Optimal, Cost(), Cost()),
            _ => new(SearchEnd.Feasible, Cost(), answer.Bound),
        };

        long Cost() => level.CostOf(roster, Best);
    }

    /// <summary>Whether anything meets the constraints, where no level asks.</summary>
    public SearchEnd Exists(int[]? hint)
    {
        var (holds, given) = linear.HoldsWithin(long.MaxValue);
        Best ??= given;
        if (Best is not null || holds == false)
        {
            return Best is null ? SearchEnd.Infeasible : SearchEnd.Optimal;
        }

        var model = Model();
        var answer = model.Minimise(LinearExpr.Constant(0), hint);
        Best = model.Best;
        return answer.End;
    }

    /// <summary>From now on the level costs no more.</summary>
    public void Fix(int l, long cost)
    {
        linear.Programme.AtMost(l, cost);
        Ask(model => model.AtMost(Objective(model, linear.Levels[l]), cost));
    }

    /// <summary>From now on the student has one of these options; none means unplaced.</summary>
    public void Keep(int student, Func<Option, bool> kept)
    {
        linear.Programme.Keep(student, kept);
        Ask(model => model.Keep(student, kept));
    }

    /// <summary>The complete model with everything asked for so far, and the best matching known.</summary>
    public SearchModel Model()
    {
        if (built is null)
        {
            built = newModel();
            asked.ForEach(ask => ask(built));
        }

        built.Best = Best;
        return built;
    }

    private const long Nothing = long.MaxValue;

    private void Ask(Action<SearchModel> ask)
    {
        asked.Add(ask);
        if (built is not null)
        {
            ask(built);
        }
    }

    private LinearExpr Objective(SearchModel model, SearchLevel level) => level.Additive is { } additive
        ? model.Sum(additive.Cost)
        : model.AtLeastEvery((student, option) => SearchLevel.RankThatCounts(roster, student, option), roster.GreatestRank + 1);

    private long? BranchAndBound(int l)
    {
        var answer = linear.Minimise(l, Best);
        Best = answer.Given;
        return answer.Infeasible ? Nothing : answer.Bound;
    }

    /// <summary>A bound, by bisection, as far as branch and bound can tell.</summary>
    private long? LeastWorstRank(SearchLevel level, long low)
    {
        if (Best is null)
        {
            return null;
        }

        var high = level.CostOf(roster, Best);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var (holds, given) = linear.HoldsWithin(middle);
            if (holds is null)
            {
                break;
            }

            if (holds == false)
            {
                low = middle + 1;
                continue;
            }

            Best = given!; // not null: it holds
            high = level.CostOf(roster, Best);
        }

        return low;
    }
}
