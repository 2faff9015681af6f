using MimeKit;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Mail;

/// <summary>The letter as a message of RFC 5322.</summary>
internal static class LetterMessage
{
    public static MimeMessage Of(OutboxLetter letter, MailOptions options)
    {
        var message = new MimeMessage { Subject = letter.Subject, MessageId = letter.MessageId(options.Domain), Date = letter.CreatedAt };
        message.From.Add(new MailboxAddress(options.FromName, options.From));
        message.To.Add(new MailboxAddress(letter.ToName, letter.To.Value));
        if (letter.Copy is { } copy)
        {
            message.To.Add(new MailboxAddress(letter.ToName, copy.Value));
        }

        if (options.ReplyTo.Length > 0)
        {
            message.ReplyTo.Add(MailboxAddress.Parse(options.ReplyTo));
        }

        message.Headers.Add("Auto-Submitted", "auto-generated");
        var alternative = new MultipartAlternative(
            new TextPart("plain") { Text = letter.TextBody },
            new TextPart("html") { Text = letter.HtmlBody });
        message.Body = letter.Calendar is { } calendar
            ? new Multipart("mixed") { alternative, new TextPart("calendar") { Text = calendar, ContentDisposition = new(ContentDisposition.Attachment) { FileName = "placement.ics" } } }
            : alternative;
        // Content headers belong to the body: among the message's own headers they would be dropped.
        message.Body.Headers.Add("Content-Language", letter.Language.Tag());
        return message;
    }
}
