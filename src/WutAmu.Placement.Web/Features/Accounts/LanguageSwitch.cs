using Microsoft.AspNetCore.Antiforgery;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>The language switch at the head of each page: a form, so that it works without JavaScript. It holds for this browser, and for whoever is signed in everywhere.</summary>
internal static class LanguageSwitch
{
    public static void MapLanguage(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/language", async (HttpContext context, IAntiforgery antiforgery, SafeCookies cookies, ChooseLanguage choose) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                return Results.BadRequest();
            }

            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (Languages.TryParse(form["to"], out var language))
            {
                if (context.User.Identity?.IsAuthenticated == true)
                {
                    await choose.HandleAsync(context.User.PersonId(), language, context.RequestAborted);
                }

                context.Response.Cookies.Append(Speech.Cookie, language.Tag(), cookies.Options(TimeSpan.FromDays(365)));
            }

            var back = form["back"].ToString();
            return Results.LocalRedirect(back.StartsWith('/') && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\', StringComparison.Ordinal) ? back : "/");
        }).AllowAnonymous();
}
