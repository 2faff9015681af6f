using WutAmu.Placement.Web.Tests.Accounts;
using WutAmu.Placement.Web.Tests.Faults;

namespace WutAmu.Placement.Web.Tests;

/// <summary>This assembly as a program of its own: a university's provider, or a solver that misbehaves.</summary>
internal static class EntryPoint
{
    // Not async: the solver's copy has the base library alone, and must not meet the provider's types.
    private static int Main(string[] arguments) => arguments is [UniversityProgram.Name, var port] ? UniversityProgram.Run(port) : FakeSolver.Run();
}
