namespace WutAmu.Placement.Domain.Accounts;

/// <summary>Whose session it is; its limits follow from it.</summary>
public enum SessionKind
{
    Student,
    Head,

    /// <summary>Of a coordinator or an operator.</summary>
    Staff,
}
