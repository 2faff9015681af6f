using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>
/// Asks the university where its sign-in is, before anybody is sent there. One question at a time for everybody: the handler's own lets those who ask amid one queue, each for a question of their own.
/// </summary>
public sealed partial class UniversityReach(IOptionsMonitor<OpenIdConnectOptions> options, IOptions<UniversityOptions> university, TimeProvider clock, ILogger<UniversityReach> logger)
{
    /// <summary>A university that did not answer is not asked again meanwhile.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private Task<bool> answers = Task.FromResult(true);
    private long failedAt;

    /// <summary>Null: it answers, or did within the last hours; else problem <c>university.unreachable</c>.</summary>
    /// <exception cref="OperationCanceledException">Who asks has gone; the question goes on for the others.</exception>
    public async Task<Problem?> WhyNotAsync(CancellationToken cancellationToken) =>
        await AskOnce().WaitAsync(cancellationToken) ? null : new("university.unreachable");

    private Task<bool> AskOnce()
    {
        lock (gate)
        {
            if (answers.IsCompleted && !HasJustFailed())
            {
                answers = AskAsync();
            }

            return answers;
        }
    }

    private bool HasJustFailed() => answers is { IsCompletedSuccessfully: true, Result: false } && clock.GetElapsedTime(Volatile.Read(ref failedAt)) < Remembered;

    private async Task<bool> AskAsync()
    {
        try
        {
            // The handler's own, which remembers the answer; not null where the scheme is configured. It takes no heed of a token once it asks.
            await options.Get(UniversitySetup.SchemeName).ConfigurationManager!.GetConfigurationAsync(CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(university.Value.TimeoutInSeconds), clock);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
        {
            // A foreign boundary: whatever keeps the document from being read comes as the first.
            LogUnreachable(exception);
            Volatile.Write(ref failedAt, clock.GetTimestamp());
            return false;
        }
    }

    [LoggerMessage(EventId = 5041, Level = LogLevel.Warning, Message = "The university's provider cannot be asked for its configuration.")]
    private partial void LogUnreachable(Exception exception);
}
