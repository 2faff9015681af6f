using Google.OrTools.LinearSolver;
using Simplex = Google.OrTools.LinearSolver.Solver;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// A linear programme over bounded whole columns, solved by OR-Tools' simplex from where it was. What that floating-point solver says is never believed: a bound is
/// computed again in whole numbers from its dual prices, rounded, for any prices give a bound (Neumaier, Shcherbina 2004).
/// </summary>
internal sealed class LinearModel : IDisposable
{
    /// <summary>Greater costs are too great for exact sums of doubles.</summary>
    public const double MostExact = 1L << 40;

    // Parts of one into which prices are rounded.
    private const long Scale = 1L << 22;
    private const double SecondsAnIteration = 0.00005;
    private const double SecondsAnAnswer = 0.002;

    private readonly Simplex solver;
    private readonly MPSolverParameters parameters = new();
    private readonly CancellationToken cancellationToken;
    private readonly List<Column> columns = [];
    private readonly List<Row> rows = [];
    private readonly List<(int Column, long Most)> slacks = [];
    private readonly Stack<Action> undo = [];
    private (int Column, long Cost)[] objective = [];

    // Bounds of which the lower is above the upper: the simplex would tell everybody on standard error.
    private int contradictory;

    public LinearModel(SearchBudget budget, CancellationToken cancellationToken)
    {
        Budget = budget;
        this.cancellationToken = cancellationToken;
        solver = Simplex.CreateSolver("GLOP") ?? throw new InvalidOperationException("OR-Tools has no linear solver.");
        // Preparing the problem anew would lose the basis of the solution before.
        parameters.SetIntegerParam(MPSolverParameters.IntegerParam.PRESOLVE, (int)MPSolverParameters.PresolveValues.PRESOLVE_OFF);
        solver.Objective().SetMinimization();
    }

    /// <summary>Of the questions to come.</summary>
    public SearchBudget Budget { get; set; }

    /// <summary>A state to come back to by <see cref="Undo"/>.</summary>
    public int Mark => undo.Count;

    public void Undo(int mark)
    {
        while (undo.Count > mark)
        {
            undo.Pop()();
        }
    }

    public int AddColumn(long low, long high)
    {
        contradictory += low > high ? 1 : 0;
        columns.Add(new(solver.MakeNumVar(low, high, "")) { Low = low, High = high });
        return columns.Count - 1;
    }

    /// <param name="slack">How far the row may be missed, and in which direction, when <see cref="IsInfeasible"/> asks; null: not at all, for with all columns at 0 it always holds.</param>
    /// <returns>The row's number.</returns>
    public int AddRow(IEnumerable<(int Column, long Coefficient)> terms, long? low, long? high, (long Coefficient, long Most)? slack = null)
    {
        var all = terms.ToList();
        if (slack is { } missed)
        {
            slacks.Add((AddColumn(0, 0), missed.Most));
            all.Add((slacks[^1].Column, missed.Coefficient));
        }

        var row = new Row(solver.MakeConstraint(low ?? double.NegativeInfinity, high ?? double.PositiveInfinity), [.. all]) { Low = low, High = high };
        foreach (var (column, coefficient) in row.Terms)
        {
            row.Constraint.SetCoefficient(columns[column].Variable, coefficient);
        }

        rows.Add(row);
        contradictory += low > high ? 1 : 0;
        return rows.Count - 1;
    }

    public (long Low, long High) BoundsOf(int column) => (columns[column].Low, columns[column].High);

    public (long? Low, long? High) BoundsOfRow(int row) => (rows[row].Low, rows[row].High);

    public IEnumerable<int> ColumnsOf(int row) => rows[row].Terms.Select(term => term.Column);

    public double ValueOf(int column) => columns[column].Variable.SolutionValue();

    public void SetColumn(int column, long low, long high)
    {
        var (changed, lowBefore, highBefore) = (columns[column], columns[column].Low, columns[column].High);
        Set(low, high);
        undo.Push(() => Set(lowBefore, highBefore));

        void Set(long newLow, long newHigh)
        {
            contradictory += (newLow > newHigh ? 1 : 0) - (changed.Low > changed.High ? 1 : 0);
            (changed.Low, changed.High) = (newLow, newHigh);
            changed.Variable.SetBounds(newLow, newHigh);
        }
    }

    public void SetRow(int row, long? low, long? high)
    {
        var (changed, lowBefore, highBefore) = (rows[row], rows[row].Low, rows[row].High);
        Set(low, high);
        undo.Push(() => Set(lowBefore, highBefore));

        void Set(long? newLow, long? newHigh)
        {
            contradictory += (newLow > newHigh ? 1 : 0) - (changed.Low > changed.High ? 1 : 0);
            (changed.Low, changed.High) = (newLow, newHigh);
            changed.Constraint.SetBounds(newLow ?? double.NegativeInfinity, newHigh ?? double.PositiveInfinity);
        }
    }

    /// <summary>Solves; <see cref="ValueOf"/> then tells the solution.</summary>
    /// <returns>False: there is no solution, says the simplex; or it failed, or the budget is spent.</returns>
    public bool Minimise((int Column, long Cost)[] costs)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Budget.IsSpent || contradictory > 0)
        {
            return false;
        }

        foreach (var (column, _) in objective)
        {
            solver.Objective().SetCoefficient(columns[column].Variable, 0);
        }

        objective = costs;
        foreach (var (column, cost) in costs)
        {
            solver.Objective().SetCoefficient(columns[column].Variable, cost);
        }

        var status = solver.Solve(parameters);
        Budget.Use(SecondsAnAnswer + (SecondsAnIteration * solver.Iterations()));
        return status == Simplex.ResultStatus.OPTIMAL;
    }

    /// <summary>True: proven in whole numbers that no columns within their bounds meet the rows.</summary>
    public bool IsInfeasible()
    {
        if (contradictory > 0)
        {
            return true;
        }

        var mark = Mark;
        foreach (var (column, most) in slacks)
        {
            SetColumn(column, 0, most);
        }

        var proven = Minimise([.. slacks.Select(slack => (slack.Column, 1L))]) && Bound() > 0;
        Undo(mark);
        return proven;
    }

    /// <summary>
    /// For prices y of the rows the cost is at least Σ min over the row's bounds of y·row + Σ min over the column's bounds of its reduced cost; rounded up, for costs are whole.
    /// </summary>
    /// <returns>Null: the prices are no numbers to reckon with.</returns>
    public long? Bound()
    {
        var reduced = new Int128[columns.Count];
        foreach (var (column, cost) in objective)
        {
            reduced[column] = (Int128)cost * Scale;
        }

        Int128 bound = 0;
        foreach (var row in rows)
        {
            var dual = row.Constraint.DualValue();
            if (!(Math.Abs(dual) < MostExact))
            {
                return null;
            }

            var price = (Int128)Math.Round(dual * Scale);
            if (price == 0 || (price > 0 ? row.Low : row.High) is not { } end)
            {
                continue;
            }

            bound += price * end;
            foreach (var (column, coefficient) in row.Terms)
            {
                reduced[column] -= price * coefficient;
            }
        }

        for (var column = 0; column < columns.Count; column++)
        {
            bound += reduced[column] * (reduced[column] > 0 ? columns[column].Low : columns[column].High);
        }

        return (long)(bound / Scale) + (bound > 0 && bound % Scale != 0 ? 1 : 0);
    }

    /// <summary>True: these values meet every bound and every row.</summary>
    public bool Meets(long[] values)
    {
        for (var column = 0; column < columns.Count; column++)
        {
            if (values[column] < columns[column].Low || values[column] > columns[column].High)
            {
                return false;
            }
        }

        return rows.TrueForAll(row => row.Terms.Sum(term => term.Coefficient * values[term.Column]) is var sum && !(sum < row.Low) && !(sum > row.High));
    }

    public int ColumnCount => columns.Count;

    public void Dispose()
    {
        parameters.Dispose();
        solver.Dispose();
    }

    private sealed class Column(Variable variable)
    {
        public Variable Variable => variable;

        public long Low { get; set; }

        public long High { get; set; }
    }

    private sealed class Row(Constraint constraint, (int Column, long Coefficient)[] terms)
    {
        public Constraint Constraint => constraint;

        public (int Column, long Coefficient)[] Terms => terms;

        /// <summary>Null: no bound.</summary>
        public long? Low { get; set; }

        public long? High { get; set; }
    }
}
