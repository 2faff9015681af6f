using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>
/// An OpenID Connect provider on a loopback port: discovery, keys, authorization code with PKCE, tokens signed by RS256. It signs its one user in without asking, and can be told
/// to lie.
/// </summary>
internal sealed class LoopbackUniversity : IAsyncDisposable
{
    public const string ClientId = "placement";
    public const string ClientSecret = "loopback-secret";

    private readonly RSA key = RSA.Create(2048);
    private readonly RSA otherKey = RSA.Create(2048);
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> codes = [];
    private readonly WebApplication app;

    private LoopbackUniversity(WebApplication app) => this.app = app;

    public string Address { get; private set; } = "";

    public string Subject { get; set; } = "subject-1";

    public string? Email { get; set; }

    public bool? EmailVerified { get; set; } = true;

    public Lie Lies { get; set; }

    /// <summary>What the service asked for at its last visit.</summary>
    public IReadOnlyDictionary<string, string> Asked { get; private set; } = new Dictionary<string, string>();

    public static async Task<LoopbackUniversity> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var university = new LoopbackUniversity(builder.Build());
        university.Map();
        await university.app.StartAsync();
        university.Address = university.app.Urls.Single();
        return university;
    }

    public void Tell(Dictionary<string, string> settings)
    {
        settings["University:Authority"] = Address;
        settings["University:ClientId"] = ClientId;
        settings["University:ClientSecret"] = ClientSecret;
        settings["University:Name"] = "Loopback University";
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
        otherKey.Dispose();
    }

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            authorization_endpoint = Address + "/authorize",
            token_endpoint = Address + "/token",
            jwks_uri = Address + "/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
            code_challenge_methods_supported = new[] { "S256" },
        }));
        app.MapGet("/keys", () =>
        {
            var parameters = key.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = WebEncoders.Base64UrlEncode(parameters.Modulus!), e = WebEncoders.Base64UrlEncode(parameters.Exponent!) } } });
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            Asked = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
            var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            codes[code] = Asked;
            return Results.Redirect(Lies == Lie.Denies
                ? QueryHelpers.AddQueryString(Asked["redirect_uri"], new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = Asked["state"] })
                : QueryHelpers.AddQueryString(Asked["redirect_uri"], new Dictionary<string, string?> { ["code"] = code, ["state"] = Asked["state"] }));
        });
        app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            var known = codes.Remove(form["code"].ToString(), out var asked);
            var right = known && asked is not null && form["client_id"] == ClientId && form["client_secret"] == ClientSecret
                && form["redirect_uri"] == asked["redirect_uri"]
                && WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) == asked["code_challenge"];
            return right && asked is not null
                ? Results.Json(new { access_token = "none", token_type = "Bearer", expires_in = 60, id_token = Token(asked["nonce"]) })
                : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        });
    }

    private string Token(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (start, end) = Lies == Lie.Expired ? (now.AddHours(-2), now.AddHours(-1)) : (now.AddMinutes(-1), now.AddMinutes(5));
        var claims = new Dictionary<string, object> { ["sub"] = Subject, ["nonce"] = Lies == Lie.Nonce ? "another" : nonce, ["auth_time"] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) };
        if (Email is not null)
        {
            claims["email"] = Email;
        }

        if (EmailVerified is { } verified)
        {
            claims["email_verified"] = verified;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Lies == Lie.Issuer ? "https://evil.example.org" : Address,
            Audience = Lies == Lie.Audience ? "another" : ClientId,
            IssuedAt = start.UtcDateTime,
            NotBefore = start.UtcDateTime,
            Expires = end.UtcDateTime,
            Claims = claims,
            SigningCredentials = new(new RsaSecurityKey(Lies == Lie.Signature ? otherKey : key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
        });
    }

    public enum Lie
    {
        None,
        Nonce,
        Issuer,
        Audience,
        Signature,
        Expired,
        Denies,
    }
}
