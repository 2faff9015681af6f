namespace WutAmu.Placement.Cli;

/// <summary>A contract with callers; see README.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Wrong = 1;
    public const int InvalidInput = 2;
    public const int Infeasible = 3;
    public const int NotProven = 4;
}
