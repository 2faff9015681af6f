namespace WutAmu.Placement;

/// <summary>The checkout that tests and benchmarks run in; linked into the projects that need it.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "WutAmu.Placement.sln")) ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no checkout."));
}
