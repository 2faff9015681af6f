namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Names of authorisation policies.</summary>
public static class Policies
{
    public const string Coordinator = "Coordinator";

    /// <summary>Coordinators and operators.</summary>
    public const string Staff = "Staff";

    /// <summary>Rate limit of the forms that anybody may post, by network.</summary>
    public const string SignInForms = "sign-in-forms";
}
