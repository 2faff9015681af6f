using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

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

    /// <summary>Address of the service in letters, without a slash at the end.</summary>
    [Required]
    [Url]
    public string ServiceAddress { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Each step of a conversation with the server may take so long.</summary>
    [Range(1, 600)]
    public int TimeoutInSeconds { get; set; } = 30;

    /// <summary>Letters per connection; some servers stop at 100.</summary>
    [Range(1, 10_000)]
    public int LettersPerConnection { get; set; } = 80;
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

[OptionsValidator]
internal sealed partial class ValidateMailOptions : IValidateOptions<MailOptions>;
