namespace WutAmu.Placement.Domain.Hosts;

public readonly record struct DeclarationId(Guid Value) : IId<DeclarationId>
{
    public static DeclarationId From(Guid value) => new(value);

    public static DeclarationId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out DeclarationId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
