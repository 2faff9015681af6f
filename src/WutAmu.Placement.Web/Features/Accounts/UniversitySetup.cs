using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Microsoft's OpenID Connect handler: authorization code with PKCE. It proves who somebody is at their university; the session is ours.</summary>
internal static partial class UniversitySetup
{
    public const string SchemeName = "University";

    /// <summary>Of the state of a sign-in: the session to whose person the account is to be linked.</summary>
    public const string Link = "link";

    private const string Issuer = "issuer";

    public static void AddUniversity(this AuthenticationBuilder authentication, IConfiguration configuration, IHostEnvironment environment)
    {
        authentication.Services.AddOptions<UniversityOptions>().Bind(configuration.GetSection(UniversityOptions.Section)).ValidateOnStart();
        authentication.Services.AddSingleton<IValidateOptions<UniversityOptions>, ValidateUniversityOptions>();
        authentication.Services.AddScoped<EnterByUniversity>();
        authentication.Services.AddSingleton<UniversityReach>();
        if (configuration.GetSection(UniversityOptions.Section).Get<UniversityOptions>() is not { IsConfigured: true } university)
        {
            return;
        }

        authentication.AddOpenIdConnect(SchemeName, options =>
        {
            options.Authority = university.Authority;
            options.ClientId = university.ClientId;
            options.ClientSecret = university.ClientSecret;
            options.RequireHttpsMetadata = !university.Authority.StartsWith("http://", StringComparison.Ordinal);
            options.CallbackPath = "/Accounts/University/Back";
            options.ResponseType = OpenIdConnectResponseType.Code;
            // The answer comes back by a link, so that our cookies can stay SameSite=Lax; a posted form would need None.
            options.ResponseMode = OpenIdConnectResponseMode.Query;
            options.UsePkce = true;
            // Somebody waits at the button.
            options.BackchannelTimeout = TimeSpan.FromSeconds(university.TimeoutInSeconds);
            options.MapInboundClaims = false;
            options.GetClaimsFromUserInfoEndpoint = true;
            options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
            options.Scope.Clear();
            options.Scope.Add("openid");
            options.Scope.Add("email");
            SafeCookies.Apply(options.CorrelationCookie, environment, "placement-university-");
            SafeCookies.Apply(options.NonceCookie, environment, "placement-nonce-");
            options.Events = new()
            {
                OnTokenValidated = context =>
                {
                    // The handler takes one without a signature where it came straight from the provider, as the protocol lets it; ours always signs.
                    // It may also name an algorithm and have nothing signed by it.
                    if (context.SecurityToken.SignatureAlgorithm is null or "" or SecurityAlgorithms.None || string.IsNullOrEmpty(context.SecurityToken.RawSignature))
                    {
                        context.Fail("The token is not signed.");
                        return Task.CompletedTask;
                    }

                    // The handler drops "iss" with the other claims of the protocol; with "sub" it is the account's name.
                    context.Properties?.Items.Add(Issuer, context.SecurityToken.Issuer);
                    return Task.CompletedTask;
                },
                OnTicketReceived = EnterAsync,
                OnAccessDenied = context => SendBack(context, "denied", context.Properties),
                OnRemoteFailure = context =>
                {
                    LogFailed(context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UniversitySetup)), context.Failure);
                    return SendBack(context, "failed", context.Properties);
                },
            };
        });
    }

    /// <summary>The sign-in page with why it was no use; from there one gets to where one wanted.</summary>
    /// <param name="to">A path of the service.</param>
    public static string Refused(string why, string? to) =>
        $"/Accounts/SignIn?refused={why}{(to is null or "/" ? "" : $"&returnUrl={Uri.EscapeDataString(to)}")}";

    /// <param name="begun">What the sign-in was begun with; null: nobody here began it.</param>
    private static Task SendBack(HandleRequestContext<RemoteAuthenticationOptions> context, string why, AuthenticationProperties? begun)
    {
        context.HandleResponse();
        context.Response.Redirect(begun?.Items.ContainsKey(Link) == true ? $"/Accounts/Sessions?refused={why}" : Refused(why, begun?.RedirectUri));
        return Task.CompletedTask;
    }

    private static async Task EnterAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var services = context.HttpContext.RequestServices;
        var user = context.Principal;
        var account = new UniversityAccount(
            context.Properties?.Items[Issuer] ?? "",
            user?.FindFirst("sub")?.Value ?? "",
            user?.FindFirst("email")?.Value,
            string.Equals(user?.FindFirst("email_verified")?.Value, "true", StringComparison.OrdinalIgnoreCase));
        if (context.Properties?.Items.TryGetValue(Link, out var asked) == true)
        {
            var open = await services.GetRequiredService<OpenSessions>().FindAsync(context.HttpContext, context.HttpContext.RequestAborted);
            if (account.Issuer.Length == 0 || account.Subject.Length == 0 || open is null || open.Session.Id.ToString() != asked)
            {
                context.Response.Redirect("/Accounts/Sessions?refused=failed");
                return;
            }

            services.GetRequiredService<BrowserCookies>().KeepLink(context.HttpContext, new(open.Session.Id, account.Issuer, account.Subject, account.Email ?? account.Subject));
            context.Response.Redirect("/Accounts/University/Link");
            return;
        }

        var entered = await services.GetRequiredService<EnterByUniversity>().HandleAsync(context.HttpContext, account, context.HttpContext.RequestAborted);
        if (!entered.TryGet(out var started, out var problem))
        {
            context.Response.Redirect(Refused(problem.Code["university.".Length..], context.ReturnUri));
            return;
        }

        services.GetRequiredService<Sessions>().Issue(context.HttpContext, started);
        var to = RedirectHttpResult.IsLocalUrl(context.ReturnUri) ? context.ReturnUri : "/";
        context.Response.Redirect(started.Kind == SessionKind.Staff ? $"/Accounts/SecondFactor?returnUrl={Uri.EscapeDataString(to)}" : to);
    }

    [LoggerMessage(EventId = 5040, Level = LogLevel.Warning, Message = "A sign-in at the university failed.")]
    private static partial void LogFailed(ILogger logger, Exception? exception);
}
