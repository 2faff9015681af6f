using Hangfire;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Features.Operations;

/// <summary>The nightly backup. A night missed while the service was down is made up for at the next start.</summary>
public sealed class BackUp(MakeBackup make)
{
    // Three attempts: a full disk or an unreachable copy target may pass within minutes; then an operator must look (health says so).
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [60, 300, 900])]
    // Two at once would do the same work twice.
    [DisableConcurrentExecution(timeoutInSeconds: 5)]
    public Task ExecuteAsync(CancellationToken cancellationToken) => make.HandleAsync(cancellationToken);
}
