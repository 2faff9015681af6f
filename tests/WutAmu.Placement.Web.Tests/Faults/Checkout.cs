namespace WutAmu.Placement.Web.Tests.Faults;

internal static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "WutAmu.Placement.sln")) ? folder : Find(Path.GetDirectoryName(folder)!); // not null: the solution is above
}
