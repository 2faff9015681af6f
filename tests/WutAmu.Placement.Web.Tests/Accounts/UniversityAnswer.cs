namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>Whom the provider signs in, and how it lies.</summary>
/// <param name="Email">Null: it says none.</param>
/// <param name="EmailVerified">Null: it says nothing about it.</param>
/// <param name="InToken">False: the address is told at the endpoint for user information alone, as many providers do.</param>
internal sealed record UniversityAnswer(string Subject = "subject-1", string? Email = null, bool? EmailVerified = true, bool InToken = true, UniversityAnswer.Lie Lies = UniversityAnswer.Lie.None)
{
    public enum Lie
    {
        None,
        Nonce,
        Issuer,
        Audience,
        Signature,
        Expired,

        /// <summary>A token that nobody signed (<c>alg: none</c>).</summary>
        Unsigned,

        /// <summary>A token that says how it was signed, but with the signature cut off.</summary>
        CutOff,

        /// <summary>A token signed with what the service itself knows, as anybody could who learns the secret.</summary>
        Symmetric,

        /// <summary>User information about somebody else.</summary>
        OtherUser,

        /// <summary>The person says no.</summary>
        Denies,

        /// <summary>The provider says that it cannot now.</summary>
        Unavailable,

        /// <summary>The token endpoint fails.</summary>
        TokenFails,

        /// <summary>Something else answers at the address, in HTML.</summary>
        Rubbish,

        /// <summary>Takes the connection and never answers.</summary>
        Silent,
    }
}
