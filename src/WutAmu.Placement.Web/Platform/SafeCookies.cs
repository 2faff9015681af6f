namespace WutAmu.Placement.Web.Platform;

/// <summary>
/// Names and attributes of our cookies. Outside Development each is <c>__Host-</c>: sent over TLS only, to this host only, set by no neighbour. Development
/// is plain HTTP on loopback, where a browser would refuse them.
/// </summary>
public sealed class SafeCookies(IHostEnvironment environment)
{
    public bool Secure => !environment.IsDevelopment();

    public string Name(string name) => NameIn(environment, name);

    public static string NameIn(IHostEnvironment environment, string name) => environment.IsDevelopment() ? name : "__Host-" + name;

    /// <param name="lasts">Null: until the browser is closed.</param>
    public CookieOptions Options(TimeSpan? lasts) =>
        new() { HttpOnly = true, Secure = Secure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = lasts };

    public static void Apply(CookieBuilder cookie, IHostEnvironment environment, string name)
    {
        cookie.Name = NameIn(environment, name);
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.Path = "/";
        cookie.SameSite = SameSiteMode.Lax;
        // "Always" here makes antiforgery throw at every page behind a proxy that speaks TLS for us; the cookie policy marks them secure.
        cookie.SecurePolicy = CookieSecurePolicy.None;
    }
}
