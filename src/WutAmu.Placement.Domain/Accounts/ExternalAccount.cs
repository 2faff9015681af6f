using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Accounts;

/// <summary>A person's account at a university: the provider's lasting name for them. An address may change hands, this does not.</summary>
public sealed class ExternalAccount
{
    private ExternalAccount() => Issuer = Subject = "";

    public ExternalAccount(string issuer, string subject, PersonId person, DateTimeOffset now)
    {
        Issuer = issuer;
        Subject = subject;
        Person = person;
        LinkedAt = now;
    }

    public string Issuer { get; private set; }

    public string Subject { get; private set; }

    public PersonId Person { get; private set; }

    public DateTimeOffset LinkedAt { get; private set; }
}
