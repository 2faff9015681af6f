namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>A browser's way to the university and back.</summary>
internal static class UniversityRoad
{
    /// <summary>The whole way, from the button of the sign-in page.</summary>
    public static async Task GoAsync(Visitor visitor, string to = "/") => await visitor.OpenAsync(await AnswerAsync(visitor, to));

    /// <summary>The address to which the university sends the browser back, not yet opened.</summary>
    public static Task<string> AnswerAsync(Visitor visitor, string to = "/") => ThereAsync(visitor, $"/Accounts/University?returnUrl={Uri.EscapeDataString(to)}");

    /// <param name="from">Of the service: leads to the university.</param>
    public static async Task<string> ThereAsync(Visitor visitor, string from)
    {
        var away = await visitor.LeaveAsync(from);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var outside = new HttpClient(handler);
        using var answer = await outside.GetAsync(away);
        return answer.Headers.Location!.PathAndQuery; // not null: it redirects
    }
}
