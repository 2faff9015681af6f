using System.Net;
using System.Text.RegularExpressions;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Hosts;

public sealed partial class LanguageTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("fr")]
    [InlineData("zh-Hans")]
    [InlineData("en")]
    public async Task Every_page_of_a_host_opens_in_the_readers_language(string language)
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, CampaignState.Matching);
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        coordinator.Speak(language);
        var root = campaign.Page("A");
        await coordinator.OpenAsync(root);
        await coordinator.Fill("Form.Max", "1").PressAsync("save");

        foreach (var path in new[] { $"/Campaigns/{campaign.Id}/Hosts", "/Hosts", root, root + "/Check", root + "/Versions/1", root + "/Applicants", root + "/Students", "/MyData" })
        {
            await coordinator.OpenAsync(path);

            (coordinator.Path, coordinator.Status).Should().Be((path, HttpStatusCode.OK));
            coordinator.Text.Should().Contain($"<html lang=\"{language}\">");
            if (language == "fr")
            {
                Spaced().Matches(Visible(coordinator.Text)).Select(match => match.Value).Should().BeEmpty($"French puts a no-break space before :, ;, ? and ! ({path})");
            }
        }
    }

    private static string Visible(string html) => Regex.Replace(html[html.IndexOf("<main", StringComparison.Ordinal)..], "<[^>]*>", "");

    [GeneratedRegex(@"\w [:;?!»](?!\w)")]
    private static partial Regex Spaced();
}
