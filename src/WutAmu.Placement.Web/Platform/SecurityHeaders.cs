namespace WutAmu.Placement.Web.Platform;

/// <summary>Headers of every response, errors and files included.</summary>
internal static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = ContentSecurityPolicy;
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Referrer-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                var personal = context.User.Identity?.IsAuthenticated == true || context.Request.Path.StartsWithSegments("/Accounts", StringComparison.OrdinalIgnoreCase);
                if (personal && headers.CacheControl.Count == 0)
                {
                    // In no cache, neither on the way nor on a shared computer. Styles and scripts say what they may, antiforgery says the same.
                    headers.CacheControl = "no-store";
                }

                return Task.CompletedTask;
            });
            return next(context);
        });
}
