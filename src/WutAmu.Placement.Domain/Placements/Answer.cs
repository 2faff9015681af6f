namespace WutAmu.Placement.Domain.Placements;

/// <summary>What a placed student, or the host, said.</summary>
public enum Answer
{
    Pending,
    Accepted,
    Refused,
}
