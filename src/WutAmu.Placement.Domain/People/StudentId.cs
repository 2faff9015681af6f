namespace WutAmu.Placement.Domain.People;

public readonly record struct StudentId(Guid Value) : IId<StudentId>
{
    public static StudentId From(Guid value) => new(value);

    public static StudentId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out StudentId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
