namespace WutAmu.Placement.Domain.Accounts;

/// <summary>How somebody showed who they are.</summary>
public enum SignInMethod
{
    /// <summary>By the link or the code of a letter.</summary>
    Mail,

    /// <summary>At their university, by OpenID Connect.</summary>
    University,

    /// <summary>By a click on a name; in Development only.</summary>
    Development,
}
