namespace WutAmu.Placement.Web.Features.Demo;

/// <summary>Section <c>Demo</c>; read in Development only. <c>scripts/demo</c> sets it.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>Folder of the sample campaign; empty: no demonstration.</summary>
    public string Samples { get; set; } = "";

    /// <summary><c>master</c> or <c>bachelor</c>.</summary>
    public string Track { get; set; } = "master";

    /// <summary>True: the service stops after the main job; its exit code says whether all went well.</summary>
    public bool Once { get; set; }
}
