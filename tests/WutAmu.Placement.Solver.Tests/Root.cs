namespace WutAmu.Placement.Solver.Tests;

/// <summary>Folders of the checkout.</summary>
internal static class Root
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    public static string Sample(string name) => Path.Combine(Folder, "samples", "instances", name);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "WutAmu.Placement.sln")) ? folder : Find(Path.GetDirectoryName(folder)!); // not null: the solution is above
}
