using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>One e-mail to one person. The row is written in the transaction that causes it; the dispatcher sends it later.</summary>
public sealed class OutboxLetter
{
    private readonly List<LetterAttempt> attempts = [];

    private OutboxLetter()
    {
        ToName = Subject = TextBody = HtmlBody = Key = "";
        To = null!; // set by EF Core
    }

    public OutboxLetter(LetterId id, LetterKind kind, CampaignId? campaign, Person person, string key, LetterText text, DateTimeOffset now, DateTimeOffset notBefore)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(text);
        Id = id;
        Kind = kind;
        Campaign = campaign;
        Person = person.Id;
        To = person.Email;
        Copy = person.SecondEmail;
        ToName = person.Name;
        Language = person.Language;
        Key = key;
        Subject = PersonName.Clean(text.Subject);
        TextBody = text.Text;
        HtmlBody = text.Html;
        CreatedAt = now;
        NextAttemptAt = notBefore;
    }

    public LetterId Id { get; private set; }

    public LetterKind Kind { get; private set; }

    public CampaignId? Campaign { get; private set; }

    public PersonId Person { get; private set; }

    public EmailAddress To { get; private set; }

    /// <summary>The person's second address, or null.</summary>
    public EmailAddress? Copy { get; private set; }

    public string ToName { get; private set; }

    public Language Language { get; private set; }

    /// <summary>What caused it, for example <c>result:{publication}:{person}</c>; unique, so that no cause writes twice.</summary>
    public string Key { get; private set; }

    public string Subject { get; private set; }

    public string TextBody { get; private set; }

    public string HtmlBody { get; private set; }

    /// <summary>An iCalendar file to attach, or null.</summary>
    public string? Calendar { get; private set; }

    public LetterState State { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Not before this instant; null once it ended.</summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    public Guid? LeaseOwner { get; private set; }

    /// <summary>When it was accepted, refused, given up or recalled.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>The mail server's own last words; null before the first attempt.</summary>
    public string? ServerWords { get; private set; }

    public IReadOnlyList<LetterAttempt> Attempts => attempts;

    public int Version { get; private set; }

    /// <summary>Derived from the row, so that a resend after a crash carries the same id.</summary>
    public string MessageId(string domain) => $"{Id.Value:N}@{domain}";

    public void Attach(string calendar) => Calendar = calendar;

    /// <returns>False if there is nothing to claim at <paramref name="now"/>.</returns>
    public bool Claim(Guid owner, DateTimeOffset now, TimeSpan lease)
    {
        var free = (State == LetterState.Queued && NextAttemptAt <= now) || (State == LetterState.Sending && LeaseUntil < now);
        if (!free)
        {
            return false;
        }

        State = LetterState.Sending;
        LeaseOwner = owner;
        LeaseUntil = now + lease;
        Version++;
        return true;
    }

    public void Accepted(string words, DateTimeOffset now) => End(LetterState.Accepted, words, now);

    public void Refused(string words, DateTimeOffset now) => End(LetterState.Refused, words, now);

    public void GivenUp(string words, DateTimeOffset now) => End(LetterState.GivenUp, words, now);

    /// <summary>A temporary failure: to be tried again at <paramref name="next"/>.</summary>
    public void Delay(string words, DateTimeOffset now, DateTimeOffset next)
    {
        Record(LetterState.Queued, words, now);
        NextAttemptAt = next;
    }

    /// <summary>Gives a claimed letter back untried, for example on shutdown.</summary>
    public void Release()
    {
        State = LetterState.Queued;
        LeaseOwner = null;
        LeaseUntil = null;
        Version++;
    }

    /// <returns>Problem <c>letter.left</c> unless it still waits.</returns>
    public Result<Done> Recall(DateTimeOffset now)
    {
        if (State != LetterState.Queued)
        {
            return new Problem("letter.left");
        }

        State = LetterState.Recalled;
        EndedAt = now;
        NextAttemptAt = null;
        Version++;
        return default(Done);
    }

    /// <summary>Queues an ended letter again, to another address if given.</summary>
    /// <returns>Problem <c>letter.waiting</c> unless it ended.</returns>
    public Result<Done> Resend(EmailAddress? to, DateTimeOffset now)
    {
        if (State is LetterState.Queued or LetterState.Sending)
        {
            return new Problem("letter.waiting");
        }

        To = to ?? To;
        State = LetterState.Queued;
        NextAttemptAt = now;
        EndedAt = null;
        Version++;
        return default(Done);
    }

    private void End(LetterState state, string words, DateTimeOffset now)
    {
        Record(state, words, now);
        EndedAt = now;
        NextAttemptAt = null;
    }

    private void Record(LetterState state, string words, DateTimeOffset now)
    {
        State = state;
        ServerWords = words;
        LeaseOwner = null;
        LeaseUntil = null;
        attempts.Add(new(attempts.Count + 1, now, To, words));
        Version++;
    }
}
