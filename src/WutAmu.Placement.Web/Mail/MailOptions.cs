using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Mail;

/// <summary>Section <c>Mail</c>. Without <see cref="Host"/> letters are written as .eml files, for development and demonstrations only.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>SMTP server; empty: letters become files.</summary>
    public string Host { get; set; } = "";

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>Empty: no sign-in.</summary>
    public string User { get; set; } = "";

    /// <summary>Give it in the environment (<c>Mail__Password</c>), not in a file.</summary>
    public string Password { get; set; } = "";

    [Required]
    [EmailAddress]
    public string From { get; set; } = "placement@institute.example.org";

    [Required]
    public string FromName { get; set; } = "WUT-AMU Placement";

    /// <summary>Where answers go; empty: to <see cref="From"/>.</summary>
    public string ReplyTo { get; set; } = "";

    /// <summary>Domain of the Message-ID and of the greeting; never this machine's name.</summary>
    [Required]
    public string Domain { get; set; } = "institute.example.org";

    /// <summary>Address of the service in letters, with or without a slash at the end.</summary>
    [Required]
    [Url]
    public string ServiceAddress { get; set; } = "http://127.0.0.1:5080";

    /// <summary>File of PEM certificates: the authorities that may have signed the server's certificate, and no others. Empty: those this machine trusts.</summary>
    public string CertificateAuthority { get; set; } = "";

    /// <summary>Each step of a conversation with the server may take so long; its answer to a whole letter ten times as long.</summary>
    [Range(1, 120)]
    public int TimeoutInSeconds { get; set; } = 30;

    /// <summary>Letters per connection; some servers stop at 100.</summary>
    [Range(1, 10_000)]
    public int LettersPerConnection { get; set; } = 80;

    /// <summary>Letters a minute to addresses of one domain; 0: no limit.</summary>
    [Range(0, 6_000)]
    public int LettersPerMinuteAndDomain { get; set; }

    /// <summary>An address of the service for a letter.</summary>
    /// <param name="path">With a slash before it.</param>
    internal string Address(string path) => ServiceAddress.TrimEnd('/') + path;

    internal TimeSpan Step => TimeSpan.FromSeconds(TimeoutInSeconds);

    /// <summary>RFC 5321, 4.5.3.2.6, asks for ten minutes: a server may be reading the letter, and giving up early makes doubles.</summary>
    internal TimeSpan FinalAnswer => 10 * Step;
}

public enum MailSecurity
{
    /// <summary>Plain text, then TLS; refused if the server offers none.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>No encryption: a relay on the same machine only.</summary>
    None,
}

/// <summary>What annotations cannot say.</summary>
internal sealed class CheckMailOptions : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var wrong = new List<string>();
        if (!EmailAddress.TryCreate(options.From, out _))
        {
            wrong.Add($"Mail:From \"{options.From}\" is no e-mail address.");
        }

        if (options.ReplyTo.Length > 0 && !EmailAddress.TryCreate(options.ReplyTo, out _))
        {
            wrong.Add($"Mail:ReplyTo \"{options.ReplyTo}\" is no e-mail address.");
        }

        if (!SingleLine.IsClean(options.FromName))
        {
            wrong.Add("Mail:FromName holds a line break or control character.");
        }

        if (Uri.CheckHostName(options.Domain) != UriHostNameType.Dns)
        {
            wrong.Add($"Mail:Domain \"{options.Domain}\" is no domain name.");
        }

        if (options.Host.Length > 0 && Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
        {
            wrong.Add($"Mail:Host \"{options.Host}\" is no host name.");
        }

        if (options.Host.Length > 0 && options.Security == MailSecurity.None && !IsThisMachine(options.Host))
        {
            wrong.Add($"Mail:Security \"None\" would send letters and passwords readable to {options.Host}: only a relay on the same machine may be spoken to so.");
        }

        if (options.User.Length > 0 && options.Password.Length == 0)
        {
            wrong.Add("Mail:User is set and Mail:Password is not.");
        }

        if (options.CertificateAuthority.Length > 0 && NotAuthorities(options.CertificateAuthority) is { } reason)
        {
            wrong.Add($"Mail:CertificateAuthority \"{options.CertificateAuthority}\" {reason}");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string? NotAuthorities(string file)
    {
        try
        {
            var certificates = CertificateCheck.Read(file);
            return certificates.Any(certificate => certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority))
                ? null
                : "holds no certificate of an authority.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"cannot be read: {e.Message}";
        }
    }
}

[OptionsValidator]
internal sealed partial class ValidateMailOptions : IValidateOptions<MailOptions>;
