namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>How a run of the command-line tool ended.</summary>
/// <param name="Output">Standard output; empty if it was killed.</param>
/// <param name="Words">Last part of standard error.</param>
public sealed record SolverAnswer(SolverEnd End, int ExitCode, byte[] Output, string Words);

public enum SolverEnd
{
    /// <summary>By itself; the exit code says how, also when something else killed it.</summary>
    Exited,

    /// <summary>Killed: it passed the time limit.</summary>
    TimedOut,

    /// <summary>Killed: it wrote more than is accepted.</summary>
    TooMuchOutput,

    /// <summary>Killed because the caller asked.</summary>
    Killed,
}
