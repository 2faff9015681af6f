using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>What a browser is given to hold besides its session: the secret of the sign-in it began, that it has signed in with an address before, a university account to be linked. All encrypted.</summary>
public sealed class BrowserCookies(SafeCookies cookies, IDataProtectionProvider protection)
{
    private const string Pending = "placement-signin";
    private const string Known = "placement-browser";
    private const string Link = "placement-link";

    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(400);

    private readonly IDataProtector protector = protection.CreateProtector("Accounts.BrowserCookies");

    /// <summary>The sign-in that this browser began; null: none.</summary>
    public PendingSignIn? ReadPending(HttpContext context) =>
        Read(context, Pending) is [var secret, var address] && EmailAddress.TryCreate(address, out var parsed) ? new(secret, parsed) : null;

    public void KeepPending(HttpContext context, PendingSignIn pending) =>
        // A little longer than the letter is good for, so that the page can say "expired" instead of "nothing was asked".
        Write(context, Pending, SignInRequest.Lifetime * 6, pending.Secret, pending.Address.Value);

    /// <summary>The university account that this browser came back with; null: none.</summary>
    public PendingLink? ReadLink(HttpContext context) =>
        Read(context, Link) is [var session, var issuer, var subject, var label] && SessionId.TryParse(session, null, out var id) ? new(id, issuer, subject, label) : null;

    public void KeepLink(HttpContext context, PendingLink link) =>
        Write(context, Link, SignInRequest.Lifetime, link.Session.ToString(), OneLine(link.Issuer), OneLine(link.Subject), OneLine(link.Label));

    public void DropLink(HttpContext context) => context.Response.Cookies.Delete(cookies.Name(Link), cookies.Options(null));

    public void DropPending(HttpContext context) => context.Response.Cookies.Delete(cookies.Name(Pending), cookies.Options(null));

    /// <summary>The lasting name of this browser if it has signed in with the address before; else null.</summary>
    public string? NameIfKnown(HttpContext context, EmailAddress address) =>
        Read(context, Known) is [var name, var hash] && Secrets.AreEqual(hash, Secrets.Hash(address.Value)) ? name : null;

    public void Remember(HttpContext context, EmailAddress address) => Write(context, Known, KnownFor, Secrets.New(), Secrets.Hash(address.Value));

    // A line end would make two parts of one; no provider has one in a name.
    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private string[]? Read(HttpContext context, string name)
    {
        if (context.Request.Cookies[cookies.Name(name)] is not { Length: > 0 and < 2000 } value)
        {
            return null;
        }

        try
        {
            return protector.CreateProtector(name).Unprotect(value).Split('\n');
        }
        catch (CryptographicException)
        {
            // Not ours, or of a key that is gone: as if there were none.
            return null;
        }
    }

    private void Write(HttpContext context, string name, TimeSpan lasts, params string[] parts) =>
        context.Response.Cookies.Append(cookies.Name(name), protector.CreateProtector(name).Protect(string.Join('\n', parts)), cookies.Options(lasts));
}
