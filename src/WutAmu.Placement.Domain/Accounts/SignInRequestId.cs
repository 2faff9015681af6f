namespace WutAmu.Placement.Domain.Accounts;

public readonly record struct SignInRequestId(Guid Value) : IId<SignInRequestId>
{
    public static SignInRequestId From(Guid value) => new(value);

    public static SignInRequestId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out SignInRequestId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
