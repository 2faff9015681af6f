namespace WutAmu.Placement.Domain.People;

/// <summary>Standing roles. Being a student or a host head is not a role: it follows from a campaign or a host.</summary>
[Flags]
public enum Roles
{
    None = 0,
    Coordinator = 1,
    Operator = 2,
}
