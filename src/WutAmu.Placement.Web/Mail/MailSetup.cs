using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Mail;

internal static class MailSetup
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, ValidateMailOptions>();
        services.AddSingleton<LetterTemplates>();
        services.AddSingleton<LetterBell>();
        services.AddSingleton<FolderSender>();
        services.AddSingleton<SmtpSender>();
        services.AddSingleton<ILetterSender>(provider => provider.GetRequiredService<IOptions<MailOptions>>().Value.Host.Length > 0
            ? provider.GetRequiredService<SmtpSender>()
            : provider.GetRequiredService<FolderSender>());
        services.AddSingleton<LetterDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<LetterDispatcher>());
        return services;
    }
}
