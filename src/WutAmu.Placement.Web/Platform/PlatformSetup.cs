using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Platform;

internal static class PlatformSetup
{
    public static IServiceCollection AddPlatform(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(TimeProvider.System);
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection(ProxyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ValidateProxyOptions>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((forwarded, proxy) =>
        {
            // Without known proxies the middleware would believe everybody.
            forwarded.ForwardedHeaders = proxy.Value.Networks.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in proxy.Value.Networks)
            {
                forwarded.KnownIPNetworks.Add(network);
            }
        });
        // A stop takes half a minute at most: requests, the running letter and the jobs end side by side, and what could not is found again by its row.
        services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = TimeSpan.FromSeconds(28);
            options.ServicesStopConcurrently = true;
        });
        services.AddSingleton<Texts>();
        services.AddScoped<Speech>();
        services.AddRazorPages(options =>
        {
            options.RootDirectory = "/Features";
            options.Conventions.AuthorizeFolder("/");
            options.Conventions.AllowAnonymousToPage("/Index");
            options.Conventions.AllowAnonymousToPage("/Error");
            options.Conventions.AllowAnonymousToPage("/Accounts/SignIn");
            options.Conventions.AllowAnonymousToPage("/Accounts/Code");
            options.Conventions.AllowAnonymousToPage("/Accounts/Link");
            options.Conventions.AllowAnonymousToPage("/Accounts/University");
        });
        // Pages hold no secret beside attacker-chosen text but the antiforgery token, which is masked anew in every response (BREACH).
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        var folder = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new();
        services.AddDataProtection()
            .SetApplicationName("WutAmu.Placement")
            .PersistKeysToFileSystem(new(Path.GetFullPath(Path.Combine(folder.Folder, "keys"))));
        return services;
    }
}
