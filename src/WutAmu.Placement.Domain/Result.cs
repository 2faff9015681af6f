using System.Diagnostics.CodeAnalysis;

namespace WutAmu.Placement.Domain;

/// <summary>Either a value or the problem that prevented it; both convert implicitly.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Result<T>
{
    private readonly T? value;
    private readonly Problem? problem;

    private Result(T? value, Problem? problem)
    {
        this.value = value;
        this.problem = problem;
    }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);

    /// <returns>True with the value, or false with the problem.</returns>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = this.value;
        problem = this.problem;
        return problem is null;
    }
}
