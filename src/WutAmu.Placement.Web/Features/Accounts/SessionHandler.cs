using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Reads the session of a request. A standing role counts only where the second factor was shown in this session.</summary>
internal sealed class SessionHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, OpenSessions sessions) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Session";

    /// <summary>Of a staff member whose second factor is not shown yet.</summary>
    private const string Unproven = "unproven";

    public static bool AwaitsSecondFactor(ClaimsPrincipal user) => user.HasClaim(claim => claim.Type == Unproven);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // The page that says an error happened is everybody's: where the sessions lie may be what failed.
        if (Context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return AuthenticateResult.NoResult();
        }

        if (await sessions.FindAsync(Context, Context.RequestAborted) is not var (session, person))
        {
            return AuthenticateResult.NoResult();
        }

        var identity = new ClaimsIdentity(SchemeName, Claims.Name, Claims.Role);
        // "sub" alone makes the antiforgery token's person, so that a form stays good when a language or a role changes, and after signing in again.
        identity.AddClaim(new("sub", person.Id.ToString()));
        identity.AddClaim(new(Claims.Person, person.Id.ToString()));
        identity.AddClaim(new(Claims.Name, person.Name));
        identity.AddClaim(new(person.LanguageChosenAt is null ? Speech.Claim : Speech.ChosenClaim, person.Language.Tag()));
        identity.AddClaim(new(Claims.Session, session.Id.ToString()));
        // An invented person of a demonstration has no telephone to show again.
        if ((session.Method == SignInMethod.Development ? TimeProvider.GetUtcNow() : session.SecondFactorAt) is { } at)
        {
            identity.AddClaim(new(Claims.SecondFactor, at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        }

        foreach (var role in Enum.GetValues<Roles>().Where(role => role != Roles.None && person.Roles.HasFlag(role)))
        {
            identity.AddClaim(session.SecondFactorAt is null ? new(Unproven, role.ToString()) : new(Claims.Role, role.ToString()));
        }

        return AuthenticateResult.Success(new(new(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A script cannot fill a form: it is told, and says so in words.
        var mode = Request.Headers["Sec-Fetch-Mode"].ToString();
        if (mode is { Length: > 0 } and not "navigate" || Request.Headers.XRequestedWith == "XMLHttpRequest")
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        // What was posted is gone with the session; the page it was posted from is not.
        var back = HttpMethods.IsGet(Request.Method) ? Request.Path + Request.QueryString : Request.Path.ToString();
        Response.Redirect($"/Accounts/SignIn?returnUrl={Uri.EscapeDataString(back)}{(sessions.HasCookie(Context) ? "&ended=true" : "")}");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (AwaitsSecondFactor(Context.User))
        {
            var back = HttpMethods.IsGet(Request.Method) ? Request.Path + Request.QueryString : Request.Path.ToString();
            Response.Redirect($"/Accounts/SecondFactor?returnUrl={Uri.EscapeDataString(back)}");
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
