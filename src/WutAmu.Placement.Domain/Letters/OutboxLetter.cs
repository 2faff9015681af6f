using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>
/// One e-mail to one person. The row is written in the transaction that causes it; the dispatcher sends it later. What is written and what becomes of it by people's hands stands
/// here; how it is sent, in the file beside this one.
/// </summary>
public sealed partial class OutboxLetter
{
    /// <summary>Stands where a name or an address was erased.</summary>
    public const string Blotted = "[…]";

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
        // A sign-in code goes where it was asked for and nowhere else.
        Copy = kind == LetterKind.SignIn ? null : person.SecondEmail;
        CopyState = Copy is null ? null : RecipientState.Waiting;
        ToName = person.Name;
        Language = person.Language;
        Key = key;
        Subject = SingleLine.Clean(text.Subject);
        TextBody = text.Text;
        HtmlBody = text.Html;
        CreatedAt = now;
        if (person.ErasedAt is not null)
        {
            // There is nobody to write to any more.
            State = LetterState.Recalled;
            EndedAt = now;
            return;
        }

        NextAttemptAt = notBefore;
    }

    public LetterId Id { get; private set; }

    public LetterKind Kind { get; private set; }

    public CampaignId? Campaign { get; private set; }

    public PersonId Person { get; private set; }

    public EmailAddress To { get; private set; }

    /// <summary>The person's second address, or null.</summary>
    public EmailAddress? Copy { get; private set; }

    public RecipientState ToState { get; private set; }

    /// <summary>Null without a second address.</summary>
    public RecipientState? CopyState { get; private set; }

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

    /// <summary>After this instant it is not sent any more; null: always worth sending.</summary>
    public DateTimeOffset? NotAfter { get; private set; }

    /// <summary>It leaves in its reader's day alone (<see cref="Daytime"/>), whenever its turn comes.</summary>
    public bool ByDay { get; private set; }

    /// <summary>First attempt since it was queued; the retry period counts from here. Null: not tried yet.</summary>
    public DateTimeOffset? FirstTriedAt { get; private set; }

    /// <summary>How often it was sent anew after it had been accepted (on purpose, or because a restore lost what came after it), or to another address; part of the Message-ID, or receivers would take the new one for a double.</summary>
    public int Round { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    public Guid? LeaseOwner { get; private set; }

    /// <summary>When it was accepted, refused, given up, recalled or expired.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>The mail server's own last words; null before the first attempt.</summary>
    public string? ServerWords { get; private set; }

    public IReadOnlyList<LetterAttempt> Attempts => attempts;

    public int Version { get; private set; }

    /// <summary>Addresses that did not get it yet.</summary>
    public IReadOnlyList<EmailAddress> Waiting =>
        [.. new[] { ToState == RecipientState.Waiting ? To : null, CopyState == RecipientState.Waiting ? Copy : null }.OfType<EmailAddress>()];

    /// <summary>Conversations with the server about it so far.</summary>
    public int AttemptCount => attempts.Count == 0 ? 0 : attempts[^1].Attempt;

    /// <summary>True if one address has it and the other does not.</summary>
    public bool IsPartial => State == LetterState.Accepted && (ToState != RecipientState.Accepted || (CopyState is { } copy && copy != RecipientState.Accepted));

    /// <summary>True if it was handed over without an answer and nothing better is known: it may have arrived.</summary>
    public bool MayHaveArrived => State != LetterState.Accepted && attempts.Any(attempt => attempt.Outcome == AttemptOutcome.Unknown);

    /// <summary>Its id follows from its key (<see cref="LetterId.Of"/>): after a restore the same cause writes the same letter again, which may have left before.</summary>
    public bool ComesAgain => Id == LetterId.Of(Key, Person);

    /// <summary>Derived from the row, so that a resend after a crash or a lost answer carries the same id.</summary>
    public string MessageId(string domain) => MessageId(domain, Round);

    /// <summary>As it was or would be in that <see cref="Round"/>.</summary>
    public string MessageId(string domain, int round) => round == 0 ? $"{Id.Value:N}@{domain}" : $"{Id.Value:N}.{round}@{domain}";

    public void Attach(string calendar) => Calendar = calendar;

    /// <summary>It is not worth sending after <paramref name="instant"/>.</summary>
    public void ExpireAfter(DateTimeOffset instant) => NotAfter = instant;

    /// <summary>A pause or a mail server's trouble may end in the reader's night: it waits for their morning then.</summary>
    public void LeaveByDay() => ByDay = true;

    /// <summary>A letter with a secret (<see cref="LetterKind.SignIn"/>) goes to one address alone, and not after <paramref name="instant"/>. Its words are erased once it ended.</summary>
    public void KeepSecretUntil(DateTimeOffset instant)
    {
        Copy = null;
        CopyState = null;
        NotAfter = instant;
    }

    /// <returns>Problem <c>letter.left</c> unless it still waits and no address has it.</returns>
    public Result<Done> Recall(DateTimeOffset now)
    {
        if (State != LetterState.Queued || ToState == RecipientState.Accepted || CopyState == RecipientState.Accepted)
        {
            return new Problem("letter.left");
        }

        End(LetterState.Recalled, now);
        return default(Done);
    }

    /// <summary>Its addressee is erased: withdrawn if it waits, then emptied. What is left says that there was a letter of this kind and how it ended.</summary>
    /// <param name="standIn">Takes the place of the addresses.</param>
    /// <returns>Problem <c>letter.sending</c> while it is being sent.</returns>
    public Result<Done> Erase(Person standIn, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(standIn);
        if (State == LetterState.Sending)
        {
            return new Problem("letter.sending");
        }

        if (State == LetterState.Queued)
        {
            End(LetterState.Recalled, now);
        }

        To = standIn.Email;
        Copy = Copy is null ? null : standIn.Email;
        ToName = standIn.Name;
        Subject = TextBody = HtmlBody = "";
        Calendar = ServerWords = null;
        foreach (var attempt in attempts)
        {
            attempt.Erase(standIn.Email);
        }

        Version++;
        return default(Done);
    }

    /// <summary>Somebody whom it names is erased.</summary>
    /// <param name="over">Gives a text back with <see cref="Blotted"/> in the place of what names them.</param>
    /// <returns>True if something was replaced.</returns>
    public bool Blot(Func<string, string> over)
    {
        ArgumentNullException.ThrowIfNull(over);
        var before = (Subject, TextBody, HtmlBody, Calendar);
        (Subject, TextBody, HtmlBody) = (over(Subject), over(TextBody), over(HtmlBody));
        // Calendar lines are folded, anywhere.
        if (Calendar?.Replace("\r\n ", "", StringComparison.Ordinal) is { } unfolded && over(unfolded) is var blotted && blotted != unfolded)
        {
            Calendar = blotted;
        }

        if (before == (Subject, TextBody, HtmlBody, Calendar))
        {
            return false;
        }

        Version++;
        return true;
    }

    /// <summary>
    /// Queues an ended letter again: to the addresses that did not get it, or to all if all did. Another address takes the place of the one that did not get it
    /// (of the first, if all did).
    /// </summary>
    /// <returns>Problem <c>letter.waiting</c> unless it ended; <c>letter.recalled</c> if it was withdrawn; <c>letter.sign-in</c> for a sign-in code, which is over; <c>letter.erased</c> if its words were erased.</returns>
    public Result<Done> Resend(EmailAddress? to, DateTimeOffset now)
    {
        if (State is LetterState.Queued or LetterState.Sending)
        {
            return new Problem("letter.waiting");
        }

        if (State == LetterState.Recalled)
        {
            return new Problem("letter.recalled");
        }

        if (Kind == LetterKind.SignIn)
        {
            return new Problem("letter.sign-in");
        }

        if (TextBody.Length == 0)
        {
            return new Problem("letter.erased");
        }

        var gotIt = State == LetterState.Accepted && !IsPartial;
        if (to is not null && to != To && to != Copy)
        {
            if (IsPartial && ToState == RecipientState.Accepted)
            {
                Copy = to;
            }
            else
            {
                To = to;
                ToState = RecipientState.Waiting;
            }

            Round++;
        }
        else if (gotIt)
        {
            Round++;
        }

        ToState = gotIt || ToState != RecipientState.Accepted ? RecipientState.Waiting : ToState;
        CopyState = CopyState is null || (!gotIt && CopyState == RecipientState.Accepted) ? CopyState : RecipientState.Waiting;
        State = LetterState.Queued;
        NextAttemptAt = now;
        FirstTriedAt = null;
        // Whoever sends it again knows what time it is.
        NotAfter = null;
        ByDay = false;
        EndedAt = null;
        Version++;
        return default(Done);
    }

    private void End(LetterState state, DateTimeOffset now)
    {
        State = state;
        EndedAt = now;
        NextAttemptAt = null;
        LeaseOwner = null;
        LeaseUntil = null;
        if (Kind == LetterKind.SignIn)
        {
            // A code is kept hashed where it is checked; it must not lie here in clear once it has left.
            TextBody = HtmlBody = "";
        }

        Version++;
    }
}
