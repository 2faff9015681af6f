namespace WutAmu.Placement.Solver.Tests;

/// <summary>Folders of the checkout.</summary>
internal static class Root
{
    public static string Folder => Checkout.Root;

    public static string Sample(string name) => Path.Combine(Folder, "samples", "instances", name);
}
