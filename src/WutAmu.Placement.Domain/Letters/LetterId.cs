namespace WutAmu.Placement.Domain.Letters;

public readonly record struct LetterId(Guid Value) : IId<LetterId>
{
    public static LetterId From(Guid value) => new(value);

    public static LetterId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out LetterId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
