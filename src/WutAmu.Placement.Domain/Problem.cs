using System.Collections.Immutable;

namespace WutAmu.Placement.Domain;

/// <summary>Why something expected could not be done; becomes a sentence in fr, zh and en in one place.</summary>
/// <param name="Code">Area and reason, for example <c>ranking.closed</c>.</param>
/// <param name="Field">Name of the form field it concerns; null: the whole request.</param>
/// <param name="Arguments">Values the sentence names, in the order of its placeholders.</param>
public sealed record Problem(string Code, string? Field, ImmutableArray<object> Arguments)
{
    public Problem(string code)
        : this(code, null, [])
    {
    }

    public static Problem Of(string code, params ReadOnlySpan<object> arguments) => new(code, null, [.. arguments]);

    public static Problem On(string field, string code, params ReadOnlySpan<object> arguments) => new(code, field, [.. arguments]);
}
