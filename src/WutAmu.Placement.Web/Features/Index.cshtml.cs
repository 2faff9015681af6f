using Microsoft.AspNetCore.Mvc.RazorPages;

namespace WutAmu.Placement.Web.Features;

/// <summary>Home: what the service is, and for somebody signed in what waits for them.</summary>
public sealed class IndexModel : PageModel;
