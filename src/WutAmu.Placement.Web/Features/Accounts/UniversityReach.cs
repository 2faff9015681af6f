using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Asks the university where its sign-in is, before anybody is sent there.</summary>
public sealed partial class UniversityReach(IOptionsMonitor<OpenIdConnectOptions> options, ILogger<UniversityReach> logger)
{
    /// <summary>Null: it answers, or did within the last hours; else problem <c>university.unreachable</c>.</summary>
    public async Task<Problem?> WhyNotAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The handler's own, which remembers the answer; not null where the scheme is configured.
            await options.Get(UniversitySetup.SchemeName).ConfigurationManager!.GetConfigurationAsync(cancellationToken);
            return null;
        }
        catch (InvalidOperationException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A foreign boundary: whatever keeps the document from being read comes as this.
            LogUnreachable(exception);
            return new("university.unreachable");
        }
    }

    [LoggerMessage(EventId = 5041, Level = LogLevel.Warning, Message = "The university's provider cannot be asked for its configuration.")]
    private partial void LogUnreachable(Exception exception);
}
