namespace WutAmu.Placement.Domain.Rankings;

public readonly record struct RankingId(Guid Value) : IId<RankingId>
{
    public static RankingId From(Guid value) => new(value);

    public static RankingId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out RankingId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
