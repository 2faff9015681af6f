namespace WutAmu.Placement.Domain.Rankings;

public readonly record struct HostRankingId(Guid Value) : IId<HostRankingId>
{
    public static HostRankingId From(Guid value) => new(value);

    public static HostRankingId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out HostRankingId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
