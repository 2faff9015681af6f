namespace WutAmu.Placement.Domain.Placements;

public readonly record struct PublicationId(Guid Value) : IId<PublicationId>
{
    public static PublicationId From(Guid value) => new(value);

    public static PublicationId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out PublicationId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
