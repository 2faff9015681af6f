namespace WutAmu.Placement.Domain.Hosts;

public readonly record struct SupervisorId(Guid Value) : IId<SupervisorId>
{
    public static SupervisorId From(Guid value) => new(value);

    public static SupervisorId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out SupervisorId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
