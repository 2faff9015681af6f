using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

public sealed class CertificateTests : IDisposable
{
    private readonly TestAuthority authority = new();

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task A_certificate_of_the_configured_authority_is_good()
    {
        await using var relay = new ScriptedRelay(certificate: authority.Issue());
        await using var host = Host(relay.Port, authority.File);
        await host.QueueAsync(2);

        await host.SendAsync();

        relay.Taken.Should().HaveCount(2);
        (await host.SendingAsync()).Trouble.Should().BeNull();
    }

    [Theory]
    [InlineData("another host", "not for 127.0.0.1")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("unknown authority", "not valid")]
    [InlineData("no authority configured", "not valid")]
    public async Task A_wrong_certificate_stops_everything_before_a_word_of_a_letter(string wrong, string words)
    {
        using var stranger = new TestAuthority("Stranger");
        await using var relay = new ScriptedRelay(certificate: wrong switch
        {
            "another host" => authority.Issue(host: "elsewhere.example.org"),
            "expired" => authority.Issue(expired: true),
            "unknown authority" => stranger.Issue(),
            _ => authority.Issue(),
        });
        await using var host = Host(relay.Port, wrong == "no authority configured" ? "" : authority.File);
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();

        relay.Heard.Should().NotContain(said => said.Verb == "MAIL" || said.Verb == "AUTH");
        (await host.SendingAsync()).Trouble.Should().Contain(words);
        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.Attempts.Count == 0);
    }

    [Fact]
    public async Task A_relay_without_STARTTLS_gets_neither_password_nor_letter()
    {
        await using var relay = new ScriptedRelay();
        await using var host = Host(relay.Port, authority.File);
        host.Settings["Mail:User"] = "placement";
        host.Settings["Mail:Password"] = "secret";
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();

        relay.Heard.Select(said => said.Verb).Should().NotContain(["AUTH", "MAIL"]);
        (await host.SendingAsync()).Trouble.Should().Contain("STARTTLS");
        (await host.LetterAsync(id)).State.Should().Be(LetterState.Queued);
    }

    [Theory]
    [InlineData("Mail:CertificateAuthority", "/nowhere/authority.pem", "cannot be read")]
    [InlineData("Mail:Security", "None", "only a relay on the same machine")]
    [InlineData("Mail:ReplyTo", "not an address", "no e-mail address")]
    [InlineData("Mail:FromName", "Placement\r\nBcc: x@example.org", "line break")]
    [InlineData("Mail:Domain", "not a domain", "no domain name")]
    [InlineData("Mail:User", "placement", "Mail:Password is not")]
    public void A_wrong_setting_is_named(string setting, string value, string words)
    {
        var options = new MailOptions { Host = "mail.example.org" };
        switch (setting)
        {
            case "Mail:CertificateAuthority": options.CertificateAuthority = value; break;
            case "Mail:Security": options.Security = MailSecurity.None; break;
            case "Mail:ReplyTo": options.ReplyTo = value; break;
            case "Mail:FromName": options.FromName = value; break;
            case "Mail:Domain": options.Domain = value; break;
            default: options.User = value; break;
        }

        var outcome = new CheckMailOptions().Validate(null, options);

        outcome.FailureMessage.Should().Contain(setting).And.Contain(words);
    }

    [Fact]
    public void A_file_without_an_authority_is_named()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, authority.Issue().ExportCertificatePem());

        var outcome = new CheckMailOptions().Validate(null, new MailOptions { CertificateAuthority = file });
        File.Delete(file);

        outcome.FailureMessage.Should().Contain("holds no certificate of an authority");
    }

    private static MatchingHost Host(int port, string authority) =>
        MailHost.Of(port, ("Mail:Security", "StartTls"), ("Mail:CertificateAuthority", authority));
}
