namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Names of authorisation policies.</summary>
public static class Policies
{
    public const string Coordinator = "Coordinator";
}
