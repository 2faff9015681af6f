using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Mail;

/// <summary>Writes letters as .eml files. No mail server is involved, and its words say so.</summary>
public sealed class FolderSender(IOptions<MailOptions> options, IOptions<StorageOptions> storage) : ILetterSender
{
    public string Folder => Path.GetFullPath(Path.Combine(storage.Value.Folder, "letters"));

    public async Task<SendAnswer> SendAsync(OutboxLetter letter, CancellationToken cancellationToken)
    {
        var file = PathOf(letter.Id);
        try
        {
            Directory.CreateDirectory(Folder);
            // A half-written letter must not look like a whole one.
            using var message = LetterMessage.Of(letter, options.Value);
            await message.WriteToAsync(file + ".part", cancellationToken);
            File.Move(file + ".part", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SendAnswer.Stopped(e.Message);
        }

        return SendAnswer.Of(letter.Waiting.Select(to => new RecipientAnswer(to, AttemptOutcome.Accepted, $"written to {Path.GetFileName(file)}; no mail server is configured")));
    }

    public Task RestAsync() => Task.CompletedTask;

    public string PathOf(LetterId letter) => Path.Combine(Folder, $"{letter.Value:N}.eml");
}
