namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>A double degree.</summary>
public sealed class Programme
{
    private Programme()
    {
        Code = "";
        Name = null!; // set by EF Core
    }

    public Programme(string code, LocalizedText name)
    {
        Code = code;
        Name = name;
    }

    /// <summary>Lower-case letters, digits and hyphens, for example <c>microbiology</c>; unique.</summary>
    public string Code { get; private set; }

    public LocalizedText Name { get; private set; }
}
