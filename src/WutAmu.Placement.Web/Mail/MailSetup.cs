using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Mail;

internal static class MailSetup
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, ValidateMailOptions>();
        services.AddSingleton<IValidateOptions<MailOptions>, CheckMailOptions>();
        services.AddSingleton<LetterTemplates>();
        services.AddSingleton<RelayJournal>();
        services.AddSingleton<LetterBell>();
        services.AddSingleton<FolderSender>();
        services.AddSingleton<SmtpSender>();
        services.AddSingleton<ILetterSender>(provider => provider.GetRequiredService<IOptions<MailOptions>>().Value.Host.Length > 0
            ? provider.GetRequiredService<SmtpSender>()
            : provider.GetRequiredService<FolderSender>());
        services.AddScoped<RelayMemory>();
        services.AddSingleton<LetterDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<LetterDispatcher>());
        return services;
    }

    /// <summary>
    /// A database restored from a backup does not know what was sent since: whoever restores it leaves the file <c>restored</c> in the storage folder, and nothing is
    /// sent until a coordinator has looked. Called once, after the database is there and before anything runs.
    /// </summary>
    public static async Task PauseAfterRestoreAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var marker = services.GetRequiredService<IOptions<StorageOptions>>().Value.RestoredMarker;
        if (!File.Exists(marker))
        {
            return;
        }

        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        var state = await db.Sending.SingleAsync(cancellationToken);
        state.PauseAfterRestore(now);
        db.Audit.Add(new(now, null, null, AuditTrail.RestoredAction, "sending", AuditTrail.RestoredDetail));
        await db.SaveChangesAsync(cancellationToken);
        // Not before the commit: a start that is cut short must find it again.
        File.Delete(marker);
    }
}
