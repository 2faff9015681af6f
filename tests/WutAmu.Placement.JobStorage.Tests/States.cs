using System.Reflection;
using Hangfire.States;

namespace WutAmu.Placement.JobStorage.Tests;

internal static class States
{
    /// <summary>Hangfire lets only its workers make this state.</summary>
    public static ProcessingState Processing(string server) => (ProcessingState)Activator.CreateInstance(
        typeof(ProcessingState), BindingFlags.Instance | BindingFlags.NonPublic, binder: null, [server, "worker"], culture: null)!; // it has that constructor
}
