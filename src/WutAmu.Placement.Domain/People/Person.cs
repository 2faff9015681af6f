namespace WutAmu.Placement.Domain.People;

/// <summary>Anybody the service writes to. What they may do follows from <see cref="Roles"/>, from being a student of a campaign, or from heading a host.</summary>
public sealed class Person
{
    public const int MaxNameLength = 200;

    private Person()
    {
        Name = "";
        Email = null!; // set by EF Core
    }

    public Person(PersonId id, string name, string? latinName, EmailAddress email, Language language, Roles roles)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Id = id;
        Name = PersonName.Clean(name);
        LatinName = string.IsNullOrWhiteSpace(latinName) ? null : PersonName.Clean(latinName);
        Email = email;
        Language = language;
        Roles = roles;
    }

    public PersonId Id { get; private set; }

    /// <summary>The whole name in one field, as its owner writes it, for example 汉字.</summary>
    public string Name { get; private set; }

    /// <summary>The name in Latin letters, or null.</summary>
    public string? LatinName { get; private set; }

    public EmailAddress Email { get; private set; }

    /// <summary>Where letters go too, if given.</summary>
    public EmailAddress? SecondEmail { get; private set; }

    /// <summary>Of letters, and of pages where the browser says nothing else.</summary>
    public Language Language { get; private set; }

    /// <summary>When the person chose the language; null: it is what a roster or an invitation said.</summary>
    public DateTimeOffset? LanguageChosenAt { get; private set; }

    public Roles Roles { get; private set; }

    /// <summary>When name, addresses and words were erased; null: they were not. The row stays, so that what points at it still counts.</summary>
    public DateTimeOffset? ErasedAt { get; private set; }

    public int Version { get; private set; }

    /// <summary>Zone whose night is respected: Wuhan for students who read Chinese, else Marseille, unless told.</summary>
    public string TimeZone { get; private set; } = "Europe/Paris";

    public void Rename(string name, string? latinName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = PersonName.Clean(name);
        LatinName = string.IsNullOrWhiteSpace(latinName) ? null : PersonName.Clean(latinName);
        Version++;
    }

    public void ChangeAddress(EmailAddress email)
    {
        Email = email;
        Version++;
    }

    public void ChangeSecondAddress(EmailAddress? email)
    {
        SecondEmail = email;
        Version++;
    }

    /// <summary>The person's own word, which no roster takes back.</summary>
    public void ChooseLanguage(Language language, DateTimeOffset now)
    {
        Language = language;
        LanguageChosenAt = now;
        Version++;
    }

    /// <summary>What a roster says about the language; it changes nothing once the person chose one.</summary>
    public void AssumeLanguage(Language language)
    {
        if (LanguageChosenAt is null && Language != language)
        {
            Language = language;
            Version++;
        }
    }

    public void LiveIn(string timeZone)
    {
        TimeZone = timeZone;
        Version++;
    }

    public void Grant(Roles roles)
    {
        Roles |= roles;
        Version++;
    }

    /// <summary>Nothing is left that says who it was: a sign with the end of the id stands for the name, an address that cannot exist (RFC 2606) for the address.</summary>
    public void Erase(DateTimeOffset now)
    {
        Name = $"— {Id.Value.ToString("N")[^6..]}";
        LatinName = null;
        Email = EmailAddress.Create($"{Id.Value:N}@erased.invalid");
        SecondEmail = null;
        Roles = Roles.None;
        TimeZone = "Europe/Paris";
        LanguageChosenAt = null;
        ErasedAt = now;
        Version++;
    }

    public void Revoke(Roles roles)
    {
        Roles &= ~roles;
        Version++;
    }
}
