using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Mail;

/// <summary>Where letters go: a mail server, or files.</summary>
public interface ILetterSender
{
    /// <summary>Hands one letter over for the addresses that still wait for it. Cancelling ends it before the hand-over, or shortens the wait for the answer after it.</summary>
    Task<SendAnswer> SendAsync(OutboxLetter letter, CancellationToken cancellationToken);

    /// <summary>Nothing more is to be sent for now: lets the connection go.</summary>
    Task RestAsync();
}

/// <summary>An answer for each address, or what keeps the server from being used at all.</summary>
/// <param name="Recipients">With a trouble: what counts if the same comes again and this letter may be the cause of it; empty if it cannot.</param>
/// <param name="Trouble">Words for what is neither this letter's nor a recipient's fault (no connection, certificate, sign-in, sender); null: the addresses were answered.</param>
public sealed record SendAnswer(IReadOnlyList<RecipientAnswer> Recipients, string? Trouble)
{
    public static SendAnswer Of(IEnumerable<RecipientAnswer> recipients) => new([.. recipients], null);

    public static SendAnswer Stopped(string trouble) => new([], Shorten(trouble));

    /// <summary>The server had taken the sender, and left at this letter's addresses or text.</summary>
    public static SendAnswer StoppedAt(OutboxLetter letter, string trouble) =>
        new([.. letter.Waiting.Select(to => new RecipientAnswer(to, AttemptOutcome.Temporary, Shorten(trouble)))], Shorten(trouble));

    private static string Shorten(string words) => words.Length <= RecipientAnswer.MaxWords ? words : words[..RecipientAnswer.MaxWords];
}
