using System.Runtime.CompilerServices;

namespace WutAmu.Placement.Web.Tests;

internal static class FewWatchers
{
    /// <summary>Each host would watch its settings and files through inotify, of which a user has few (128 on many systems); nothing changes in a test.</summary>
    [ModuleInitializer]
    internal static void Use()
    {
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        Environment.SetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER", "true");
    }
}
