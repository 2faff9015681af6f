using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>
/// Writes the letters that were asked for on the sign-in page, after the page has answered: only here an address meets a person. The requests are
/// rows, so a restart forgets none.
/// </summary>
public sealed partial class SignInLetters(IServiceScopeFactory scopes, LetterTemplates templates, LetterBell bell, Texts texts, IDataProtectionProvider protection, IOptions<MailOptions> mail, TimeProvider clock, ILogger<SignInLetters> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be something to write.</summary>
    public void Ring() => rung.Writer.TryWrite(true);

    /// <summary>Writes all that was asked for.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && await WriteOneAsync(cancellationToken))
        {
        }
    }

    internal static string Seal(IDataProtectionProvider protection, EmailAddress address, string token) => Protector(protection).Protect($"{address.Value}\n{token}");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await RoundAsync(stoppingToken);
                await rung.Reader.ReadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; what is left is written when it starts.
        }
    }

    private static IDataProtector Protector(IDataProtectionProvider protection) => protection.CreateProtector("Accounts.SignInLetters");

    private async Task RoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WriteAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The boundary of this worker: a full disk must not end it. It looks again soon.
            LogBroken(e);
            await Task.Delay(Pause, clock, stoppingToken);
            Ring();
        }
    }

    private async Task<bool> WriteOneAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        if (await db.SignInRequests.Where(r => r.SealedLetter != null).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).FirstOrDefaultAsync(cancellationToken) is not { SealedLetter: { } letter } request)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var (address, token) = Open(letter);
        var person = address is null || request.WhyNot(now) is not null ? null : await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Email == address, cancellationToken);
        if (person is not null)
        {
            db.Outbox.Add(Write(request, person, token, now));
        }

        request.Written(person?.Id);
        await db.SaveChangesAsync(cancellationToken);
        bell.Ring();
        LogWritten(request.Id, person is not null);
        return true;
    }

    private OutboxLetter Write(SignInRequest request, Person person, string token, DateTimeOffset now)
    {
        var model = new Dictionary<string, object?>
        {
            ["name"] = person.Name,
            ["code"] = Secrets.Say(Secrets.CodeOf(token)),
            ["link"] = mail.Value.Address($"/Accounts/Link?t={token}"),
            ["at"] = BothClocks.Say(texts, person.Language, request.ExpiresAt),
            ["minutes"] = (int)SignInRequest.Lifetime.TotalMinutes,
        };
        var letter = new OutboxLetter(LetterId.New(now), LetterKind.SignIn, null, person, $"sign-in:{request.Id}", templates.Render("SignIn", person.Language, model), now, now);
        letter.KeepSecretUntil(request.ExpiresAt);
        return letter;
    }

    private (EmailAddress? Address, string Token) Open(string letter)
    {
        try
        {
            return Protector(protection).Unprotect(letter).Split('\n') is [var address, var token] && EmailAddress.TryCreate(address, out var parsed) ? (parsed, token) : (null, "");
        }
        catch (CryptographicException e)
        {
            // The keys were lost with a restored backup: nobody can read it any more, and whoever waits asks again.
            LogUnreadable(e);
            return (null, "");
        }
    }

    [LoggerMessage(EventId = 5010, Level = LogLevel.Information, Message = "Sign-in request {Request} is done; a letter was written: {Written}.")]
    private partial void LogWritten(SignInRequestId request, bool written);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Error, Message = "Sign-in letters could not be written; trying again.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(EventId = 5012, Level = LogLevel.Warning, Message = "A sign-in request is encrypted with a key that is gone.")]
    private partial void LogUnreadable(Exception exception);
}
