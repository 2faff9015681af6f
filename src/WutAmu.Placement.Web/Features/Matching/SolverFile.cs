namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Where the command-line tool is.</summary>
internal static class SolverFile
{
    private const string Name = "placement.dll";

    /// <returns>A full path; nothing is said about whether the file exists.</returns>
    public static string Find(string configured)
    {
        if (configured.Length > 0)
        {
            return Path.GetFullPath(configured);
        }

        var beside = Path.Combine(AppContext.BaseDirectory, "solver", Name);
        return File.Exists(beside) ? beside : InCheckout() ?? beside;
    }

    // Tests and tools run the service from their own output folder.
    private static string? InCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "WutAmu.Placement.sln")))
            {
                continue;
            }

            var builds = new DirectoryInfo(Path.Combine(folder.FullName, "src", "WutAmu.Placement.Cli", "bin"));
            // The newest: an older build of the other configuration may lie beside it.
            return builds.Exists
                ? builds.EnumerateFiles(Name, SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc).FirstOrDefault()?.FullName
                : null;
        }

        return null;
    }
}
