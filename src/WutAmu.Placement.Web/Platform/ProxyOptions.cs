using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Platform;

/// <summary>Section <c>Proxy</c>: who may say where a request came from.</summary>
public sealed class ProxyOptions : IValidatableObject
{
    public const string Section = "Proxy";

    /// <summary>
    /// Addresses or networks (<c>10.0.0.5</c>, <c>10.1.0.0/16</c>), parted by commas, of the proxies in front; their <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed,
    /// one step. Empty: nobody's.
    /// </summary>
    public string Trusted { get; set; } = "";

    public IReadOnlyList<IPNetwork> Networks =>
        [.. Parts.Select(Parse).OfType<IPNetwork>()];

    private string[] Parts => Trusted.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Parts.Where(part => Parse(part) is null).Select(part => new ValidationResult($"{Section}:Trusted: \"{part}\" is neither an address nor a network such as 10.0.0.0/8."));

    private static IPNetwork? Parse(string part) =>
        IPNetwork.TryParse(part, out var network) ? network
        : IPAddress.TryParse(part, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

[OptionsValidator]
internal sealed partial class ValidateProxyOptions : IValidateOptions<ProxyOptions>;
