using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>One declaration as it was made; never changed.</summary>
public sealed class DeclarationVersion
{
    private DeclarationVersion() => Capacity = null!; // set by EF Core

    internal DeclarationVersion(int number, DateTimeOffset declaredAt, PersonId declaredBy, DeclaredCapacity capacity)
    {
        Number = number;
        DeclaredAt = declaredAt;
        DeclaredBy = declaredBy;
        Capacity = capacity;
    }

    /// <summary>From 1.</summary>
    public int Number { get; private set; }

    public DateTimeOffset DeclaredAt { get; private set; }

    public PersonId DeclaredBy { get; private set; }

    public DeclaredCapacity Capacity { get; private set; }
}
