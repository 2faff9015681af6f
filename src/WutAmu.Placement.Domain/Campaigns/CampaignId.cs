namespace WutAmu.Placement.Domain.Campaigns;

public readonly record struct CampaignId(Guid Value) : IId<CampaignId>
{
    public static CampaignId From(Guid value) => new(value);

    public static CampaignId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out CampaignId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
