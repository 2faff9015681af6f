using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>
/// An OpenID Connect provider on a loopback port: discovery, keys, authorization code with PKCE, user information, tokens signed by RS256. It signs its one user in without asking,
/// and can be told to lie. Its address is the first line it writes; each line it reads is a <see cref="UniversityAnswer"/>, answered by what the service asked for last; it ends with its standard input.
/// </summary>
internal sealed class UniversityProgram
{
    public const string Name = "university";
    public const string ClientId = "placement";
    public const string ClientSecret = "loopback-secret";

    private const string Back = "/Accounts/University/Back";

    private readonly RSA key = RSA.Create(2048);
    private readonly RSA otherKey = RSA.Create(2048);
    private readonly Dictionary<string, Dictionary<string, string>> codes = [];
    private readonly HashSet<string> accessTokens = [];
    private volatile UniversityAnswer says = new();
    private volatile Dictionary<string, string> asked = [];
    private string address = "";

    private UniversityAnswer.Lie Lies => says.Lies;

    public static int Run(string port) => new UniversityProgram().RunAsync(port).GetAwaiter().GetResult();

    private async Task<int> RunAsync(string port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        Map(app);
        await app.StartAsync();
        address = app.Urls.Single();
        Console.WriteLine(address);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            says = JsonSerializer.Deserialize<UniversityAnswer>(line)!; // never null: the tests write an object
            Console.WriteLine(JsonSerializer.Serialize(asked));
        }

        return 0;
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/.well-known/openid-configuration", DiscoverAsync);
        app.MapGet("/keys", () =>
        {
            var parameters = key.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = WebEncoders.Base64UrlEncode(parameters.Modulus!), e = WebEncoders.Base64UrlEncode(parameters.Exponent!) } } });
        });
        app.MapGet("/authorize", Authorize);
        app.MapPost("/token", TradeAsync);
        app.MapGet("/userinfo", (HttpRequest request) => accessTokens.Contains(request.Headers.Authorization.ToString().Split(' ')[^1])
            ? Results.Json(new Dictionary<string, object>(Person()) { ["sub"] = Lies == UniversityAnswer.Lie.OtherUser ? "another" : says.Subject })
            : Results.StatusCode(StatusCodes.Status401Unauthorized));
    }

    private async Task<IResult> DiscoverAsync(CancellationToken gone)
    {
        if (Lies == UniversityAnswer.Lie.Silent)
        {
            await Task.Delay(Timeout.Infinite, gone);
        }

        return Lies == UniversityAnswer.Lie.Rubbish
            ? Results.Content("<!doctype html><title>Sign in to the network</title>", "text/html")
            : Results.Json(new
            {
                issuer = address,
                authorization_endpoint = address + "/authorize",
                token_endpoint = address + "/token",
                userinfo_endpoint = address + "/userinfo",
                jwks_uri = address + "/keys",
                response_types_supported = new[] { "code" },
                subject_types_supported = new[] { "public" },
                id_token_signing_alg_values_supported = new[] { "RS256" },
                code_challenge_methods_supported = new[] { "S256" },
            });
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        asked = query;
        string Of(string name) => query.GetValueOrDefault(name, "");
        // Only to the address the service registered; a wrong one gets no answer that a browser would follow.
        if (Of("client_id") != ClientId || !Uri.TryCreate(Of("redirect_uri"), UriKind.Absolute, out var back) || back.AbsolutePath != Back
            || Of("response_type") != "code" || Of("code_challenge_method") != "S256" || Of("code_challenge").Length == 0 || !Of("scope").Split(' ').Contains("openid"))
        {
            return Results.BadRequest();
        }

        var answer = new Dictionary<string, string?> { ["state"] = Of("state") };
        switch (Lies)
        {
            case UniversityAnswer.Lie.Denies:
                answer["error"] = "access_denied";
                break;
            case UniversityAnswer.Lie.Unavailable:
                answer["error"] = "temporarily_unavailable";
                break;
            default:
                var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
                codes[code] = query;
                answer["code"] = code;
                break;
        }

        return Results.Redirect(QueryHelpers.AddQueryString(back.ToString(), answer));
    }

    private async Task<IResult> TradeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (Lies == UniversityAnswer.Lie.TokenFails)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        // A code is good once.
        if (!codes.Remove(form["code"].ToString(), out var begun) || form["grant_type"] != "authorization_code"
            || form["client_id"] != ClientId || form["client_secret"] != ClientSecret || form["redirect_uri"] != begun["redirect_uri"]
            || WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != begun["code_challenge"])
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
        }

        var access = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        accessTokens.Add(access);
        return Results.Json(new { access_token = access, token_type = "Bearer", expires_in = 60, id_token = Token(begun["nonce"]) });
    }

    private string Token(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (start, end) = Lies == UniversityAnswer.Lie.Expired ? (now.AddHours(-2), now.AddHours(-1)) : (now.AddMinutes(-1), now.AddMinutes(5));
        var claims = says.InToken ? Person() : [];
        claims["sub"] = says.Subject;
        claims["nonce"] = Lies == UniversityAnswer.Lie.Nonce ? "another" : nonce;
        claims["auth_time"] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Lies == UniversityAnswer.Lie.Issuer ? "https://evil.example.org" : address,
            Audience = Lies == UniversityAnswer.Lie.Audience ? "another" : ClientId,
            IssuedAt = start.UtcDateTime,
            NotBefore = start.UtcDateTime,
            Expires = end.UtcDateTime,
            Claims = claims,
            SigningCredentials = Lies switch
            {
                UniversityAnswer.Lie.Unsigned => null,
                // The length that the algorithm asks for; the service's secret alone is shorter.
                UniversityAnswer.Lie.Symmetric => new(new SymmetricSecurityKey(SHA256.HashData(Encoding.ASCII.GetBytes(ClientSecret))) { KeyId = "1" }, SecurityAlgorithms.HmacSha256),
                UniversityAnswer.Lie.Signature => new(new RsaSecurityKey(otherKey) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
                _ => new(new RsaSecurityKey(key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
            },
        });
        return Lies == UniversityAnswer.Lie.CutOff ? token[..(token.LastIndexOf('.') + 1)] : token;
    }

    /// <summary>What it says about its user.</summary>
    private Dictionary<string, object> Person()
    {
        var person = new Dictionary<string, object>();
        if (says.Email is not null)
        {
            person["email"] = says.Email;
        }

        if (says.EmailVerified is { } verified)
        {
            person["email_verified"] = verified;
        }

        return person;
    }
}
