namespace WutAmu.Placement.Solver;

/// <summary>The instance asks for something this engine cannot solve exactly; the message names it.</summary>
public sealed class UnsupportedInstanceException(string message) : Exception(message);
