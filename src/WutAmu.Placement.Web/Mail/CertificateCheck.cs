using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// Whether the mail server is who it should be: its certificate names the configured host, is in its time, and leads to an authority this machine trusts, or, where
/// <c>Mail:CertificateAuthority</c> is set, to one of those and to no other.
/// </summary>
internal sealed class CertificateCheck(MailOptions options)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection? authorities = options.CertificateAuthority.Length > 0 ? Read(options.CertificateAuthority) : null;
    private string? refusal;

    /// <exception cref="CryptographicException">The file holds no certificate that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection Read(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates;
    }

    public bool Accepts(X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        refusal = Refusal(presented, chain, errors);
        return refusal is null;
    }

    /// <summary>Why the last certificate was refused, once; null: it was not.</summary>
    public string? TakeRefusal() => Interlocked.Exchange(ref refusal, null);

    private string? Refusal(X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (presented is not X509Certificate2 certificate || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return $"{options.Host} shows no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate is not for {options.Host} ({certificate.Subject})";
        }

        if (authorities is null)
        {
            return errors == SslPolicyErrors.None ? null : $"the certificate of {options.Host} is not valid: {Say(chain)}";
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return own.Build(certificate) ? null : $"the certificate of {options.Host} is not valid: {Say(own)}";
    }

    private static string Say(X509Chain? chain) =>
        chain is null ? "no chain" : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
}
