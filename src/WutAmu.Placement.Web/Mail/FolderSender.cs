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
        Directory.CreateDirectory(Folder);
        var file = PathOf(letter.Id);
        // A half-written letter must not look like a whole one.
        await LetterMessage.Of(letter, options.Value).WriteToAsync(file + ".part", cancellationToken);
        File.Move(file + ".part", file, overwrite: true);
        return new(SendOutcome.Accepted, $"written to {Path.GetFileName(file)}; no mail server is configured");
    }

    public string PathOf(LetterId letter) => Path.Combine(Folder, $"{letter.Value:N}.eml");
}
