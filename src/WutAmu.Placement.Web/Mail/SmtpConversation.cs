using System.Globalization;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace WutAmu.Placement.Web.Mail;

/// <summary>MailKit's client, which also remembers of the letter in hand what the server said to each command and how far the hand-over went.</summary>
internal sealed class SmtpConversation : SmtpClient, ITransferProgress
{
    private readonly Listener listener;

    public SmtpConversation()
        : this(new Listener())
    {
    }

    private SmtpConversation(Listener listener)
        : base(listener) => this.listener = listener;

    /// <summary>Called whenever the server answered or took something: the next step begins.</summary>
    public Action? Step { get; set; }

    /// <summary>Called once the end of the letter was written.</summary>
    public Action? Ended { get => listener.WhenEnded; set => listener.WhenEnded = value; }

    /// <summary>Letters begun on this connection.</summary>
    public int Letters { get; private set; }

    /// <summary>The refusal of MAIL FROM, or null.</summary>
    public SmtpResponse? SenderRefusal { get; private set; }

    /// <summary>What was said to each RCPT TO so far, in order.</summary>
    public List<(string Address, SmtpResponse Reply)> Recipients { get; } = [];

    /// <summary>True once the end of the letter was written to the connection: from here on the server may have it.</summary>
    public bool HandedOver => listener.Ended;

    /// <summary>The server's reply after the hand-over, also where it hung up right behind it; null: none came.</summary>
    public (int Code, string Text)? FinalReply => listener.Reply();

    public void Begin()
    {
        Letters++;
        SenderRefusal = null;
        Recipients.Clear();
        listener.Begin();
    }

    public void Report(long bytesTransferred, long totalSize) => Report(bytesTransferred);

    public void Report(long bytesTransferred)
    {
        listener.InData = true;
        Step?.Invoke();
    }

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Step?.Invoke();

    protected override void OnSenderNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        SenderRefusal = response;
        base.OnSenderNotAccepted(message, mailbox, response);
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Answered(mailbox, response);

    // Not thrown: the other address may be good.
    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Answered(mailbox, response);

    private void Answered(MailboxAddress mailbox, SmtpResponse response)
    {
        Recipients.Add((mailbox.Address, response));
        Step?.Invoke();
    }

    /// <summary>MailKit tells nobody when the final "." left or what came after it, if the connection then breaks; what passes on the line does.</summary>
    private sealed class Listener : IProtocolLogger
    {
        private const string End = "\r\n.\r\n";
        private readonly StringBuilder replies = new();
        private string tail = "";

        public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

        public bool InData { get; set; }

        public bool Ended { get; private set; }

        public Action? WhenEnded { get; set; }

        public void Begin()
        {
            InData = Ended = false;
            tail = "";
            replies.Clear();
        }

        public void LogConnect(Uri uri)
        {
        }

        public void LogClient(byte[] buffer, int offset, int count)
        {
            if (!InData || Ended)
            {
                return;
            }

            var from = Math.Max(0, count - End.Length);
            tail += Encoding.Latin1.GetString(buffer, offset + from, count - from);
            tail = tail[Math.Max(0, tail.Length - End.Length)..];
            if (tail == End)
            {
                Ended = true;
                WhenEnded?.Invoke();
            }
        }

        public void LogServer(byte[] buffer, int offset, int count)
        {
            if (Ended)
            {
                replies.Append(Encoding.UTF8.GetString(buffer, offset, count));
            }
        }

        public (int Code, string Text)? Reply()
        {
            var lines = replies.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length > 0 && lines[0].Length >= 3 && int.TryParse(lines[0].AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? (code, string.Join(' ', lines.TakeWhile(line => line.StartsWith(lines[0][..3], StringComparison.Ordinal)).Select(line => line.Length > 4 ? line[4..] : "")))
                : null;
        }

        public void Dispose()
        {
        }
    }
}
