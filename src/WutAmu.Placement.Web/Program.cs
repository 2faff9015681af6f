using WutAmu.Placement.Web.Features;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Features.Rankings;
using WutAmu.Placement.Web.Jobs;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;
using WutAmu.Placement.Web.Platform.Health;
using WutAmu.Placement.Web.Platform.Telemetry;

if (OperatorCommands.Knows(args))
{
    return await OperatorCommands.RunAsync(args);
}

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddPlatform(builder.Configuration);
builder.Services.AddTelemetry(builder.Configuration);
builder.Services.AddHealth(builder.Configuration);
builder.Services.AddPersistence(builder.Configuration);
builder.Services.AddAccounts(builder.Configuration, builder.Environment);
builder.Services.AddMail(builder.Configuration);
builder.Services.AddJobs();
builder.Services.AddFeatures(builder.Configuration, builder.Environment);

await using var app = builder.Build();
if (app.Services.ClaimStorage() is { } refusal)
{
    await Console.Error.WriteLineAsync(refusal);
    return OperatorCommands.Refused;
}

await app.Services.MigrateAsync(app.Lifetime.ApplicationStopping);
await app.Services.PauseAfterRestoreAsync(app.Lifetime.ApplicationStopping);
await app.Services.RepeatErasuresAsync(app.Lifetime.ApplicationStopping);
await app.Services.InviteFirstCoordinatorAsync(app.Lifetime.ApplicationStopping);
app.Services.ScheduleJobs();

app.UseForwardedHeaders();
app.UseSecurityHeaders();
// A script is answered in a few bytes, which compressing makes no fewer.
app.UseWhen(context => !context.Request.Headers.Accept.Contains("application/json"), pages => pages.UseResponseCompression());
if (!app.Environment.IsDevelopment())
{
    // In a scope of its own: what failed in the request's is not asked again.
    app.UseExceptionHandler("/Error/500", createScopeForErrors: true);
    app.UseHsts();
    app.UseCookiePolicy(new() { Secure = CookieSecurePolicy.Always });
}

app.UseStatusCodePagesWithReExecute("/Error/{0}");
app.UseMiddleware<NotSaved>();
app.UseAuthentication();
app.UseRateLimiter();
app.UseAuthorization();
app.UseMiddleware<Autosave>();
app.MapStaticAssets().AllowAnonymous();
// Style and script get addresses with their digest, which a browser keeps for a year.
app.MapRazorPages().WithStaticAssets();
app.MapLanguage();
app.MapDeadlines();
app.MapJobs();
app.MapHealth();
// Without it the fallback policy would ask for a sign-in where there is nothing.
app.MapFallback(() => Results.NotFound()).AllowAnonymous();
await app.RunAsync();
return Environment.ExitCode;

public partial class Program;
