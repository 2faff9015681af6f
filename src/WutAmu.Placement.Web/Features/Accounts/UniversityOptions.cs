using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Section <c>University</c>: sign-in with accounts of an OpenID Connect provider. Without <see cref="Authority"/> there is none.</summary>
public sealed class UniversityOptions : IValidatableObject
{
    public const string Section = "University";

    /// <summary>The provider, for example <c>https://login.example.edu/realms/students</c>; HTTPS, or HTTP on loopback. Empty: no such sign-in.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Give it in the environment (<c>University__ClientSecret</c>), not in a file.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>On the button.</summary>
    public string Name { get; set; } = "AMU";

    /// <summary>For each question the service asks the provider itself; whoever pressed the button waits for it.</summary>
    public int TimeoutInSeconds { get; set; } = 10;

    public bool IsConfigured => Authority.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConfigured)
        {
            yield break;
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            yield return new($"{Section}:Authority must begin with https:// (http:// on loopback only), not \"{Authority}\".");
        }

        if (ClientId.Length == 0 || ClientSecret.Length == 0)
        {
            yield return new($"{Section}:ClientId and {Section}:ClientSecret are needed beside {Section}:Authority.");
        }

        if (TimeoutInSeconds is < 1 or > 60)
        {
            yield return new($"{Section}:TimeoutInSeconds must be from 1 to 60, not {TimeoutInSeconds}.");
        }

        if (Name.Length == 0)
        {
            yield return new($"{Section}:Name is what the button says; it is empty.");
        }
    }
}

[OptionsValidator]
internal sealed partial class ValidateUniversityOptions : IValidateOptions<UniversityOptions>;
