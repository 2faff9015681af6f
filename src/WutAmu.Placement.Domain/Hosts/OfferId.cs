namespace WutAmu.Placement.Domain.Hosts;

public readonly record struct OfferId(Guid Value) : IId<OfferId>
{
    public static OfferId From(Guid value) => new(value);

    public static OfferId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out OfferId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
