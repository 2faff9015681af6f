using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

internal static class AccountsSetup
{
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<AccountsOptions>().Bind(configuration.GetSection(AccountsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountsOptions>, ValidateAccountsOptions>();
        services.AddSingleton<SafeCookies>();
        services.AddSingleton<BrowserCookies>();
        services.AddSingleton<OpenSessions>();
        services.AddScoped<Sessions>();
        services.AddScoped<AskForLetter>();
        services.AddScoped<ChooseLanguage>();
        services.AddScoped<EnterByMail>();
        services.AddSingleton<TimeCodes>();
        services.AddScoped<ShowSecondFactor>();
        services.AddScoped<StepUp>();
        services.AddScoped<LinkUniversityAccount>();
        services.AddScoped<StaffRoles>();
        services.AddScoped<SweepAccounts>();
        services.AddSingleton<SignInLetters>();
        services.AddHostedService(provider => provider.GetRequiredService<SignInLetters>());
        services.Configure<AntiforgeryOptions>(options => SafeCookies.Apply(options.Cookie, environment, "placement-form"));
        services.Configure<CookieTempDataProviderOptions>(options => SafeCookies.Apply(options.Cookie, environment, "placement-notice"));
        services.AddAuthentication(SessionHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null)
            .AddUniversity(configuration, environment);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Policies.Coordinator, policy => policy.RequireClaim(Claims.Role, nameof(Roles.Coordinator)))
            .AddPolicy(Policies.Staff, policy => policy.RequireClaim(Claims.Role, nameof(Roles.Coordinator), nameof(Roles.Operator)));
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after))
                {
                    context.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(after.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                return ValueTask.CompletedTask;
            };
            limits.AddPolicy(Policies.SignInForms, context => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetTokenBucketLimiter(Network.Of(context.Connection.RemoteIpAddress), _ => PerNetwork(context))
                : RateLimitPartition.GetNoLimiter("looking"));
        });
        return services;
    }

    /// <summary>The whole allowance at once, for a dormitory on the last evening, and a tenth of it back every minute.</summary>
    private static TokenBucketRateLimiterOptions PerNetwork(HttpContext context)
    {
        var posts = context.RequestServices.GetRequiredService<IOptions<AccountsOptions>>().Value.PostsPerNetwork;
        return new() { TokenLimit = posts, TokensPerPeriod = Math.Max(1, posts / 10), ReplenishmentPeriod = TimeSpan.FromMinutes(1), QueueLimit = 0 };
    }
}
