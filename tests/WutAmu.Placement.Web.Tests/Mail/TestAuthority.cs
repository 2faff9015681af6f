using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>A certificate authority of one test, with its PEM file.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 certificate;

    public TestAuthority(string name = "Test Authority")
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        certificate = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        File = Path.GetTempFileName();
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem());
    }

    public string File { get; }

    // Certificates are checked against the machine's own clock.
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <param name="host">Null: 127.0.0.1.</param>
    public X509Certificate2 Issue(string? host = null, bool expired = false)
    {
        using var own = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host ?? "127.0.0.1"}", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (host is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], critical: false));
        using var issued = request.Create(certificate, Now.AddYears(-1), expired ? Now.AddDays(-1) : Now.AddYears(1), Guid.NewGuid().ToByteArray());
        using var whole = issued.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        System.IO.File.Delete(File);
        certificate.Dispose();
        key.Dispose();
    }
}
