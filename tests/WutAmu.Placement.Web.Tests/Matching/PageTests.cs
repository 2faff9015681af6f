using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;

namespace WutAmu.Placement.Web.Tests.Matching;

public sealed partial class PageTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("fr", "Calcul n° 1", "Comparer les calculs")]
    [InlineData("zh-Hans", "第 1 次计算", "比较计算结果")]
    [InlineData("en", "Run 1", "Compare runs")]
    public async Task A_coordinator_sees_overview_run_and_comparison_in_their_language(string language, string run, string compare)
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var solved = await campaign.SolveAsync(await campaign.StartAsync());
        using var client = await SignInAsync("coordinator@institute.example.org");
        client.DefaultRequestHeaders.Add("Cookie", $"language={language}");

        var overview = await client.GetStringAsync($"/Campaigns/{campaign.Id}");
        var page = await client.GetStringAsync($"/Runs/{solved.Id}");
        var comparison = await client.GetStringAsync($"/Campaigns/{campaign.Id}/Compare");

        WebUtility.HtmlDecode(overview).Should().Contain(compare);
        WebUtility.HtmlDecode(page).Should().Contain(run).And.Contain("Student s2");
        WebUtility.HtmlDecode(comparison).Should().Contain(compare).And.Contain("min-regret-greedy");
    }

    [Fact]
    public async Task The_coordinators_clicks_run_publish_and_recall()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        using var client = await SignInAsync("coordinator@institute.example.org");

        var started = await PostAsync(client, $"/Campaigns/{campaign.Id}", "Run", ("policy", "min-regret-greedy"));
        var run = await host.ReadAsync(db => db.Runs.AsNoTracking().SingleAsync());
        await campaign.SolveAsync(run.Id);
        await PostAsync(client, $"/Runs/{run.Id}", "Publish", ("sure", "true"));
        var published = await host.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync());
        await PostAsync(client, $"/Runs/{run.Id}", "Recall", ("reason", "a mistake"));
        var recalled = await host.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync());

        started.RequestMessage!.RequestUri!.AbsolutePath.Should().Be($"/Runs/{run.Id}");
        published.RecalledAt.Should().BeNull();
        recalled.RecallReason.Should().Be("a mistake");
    }

    [Fact]
    public async Task A_student_sees_their_own_result_with_reasons_and_nobody_elses()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var client = await SignInAsync("s1@wut.example.org");

        var before = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));
        await campaign.PublishAsync(run.Id);
        var after = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));

        before.Should().Contain("尚未公布结果").And.NotContain("课题");
        after.Should().Contain("课题 A-2").And.Contain("此项名额已全部分配", "A-1, the better choice, is full").And.NotContain("Student s2");
    }

    [Fact]
    public async Task A_head_sees_who_comes_and_no_ranks()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        using var client = await SignInAsync("head-a@amu.example.org");

        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));

        page.Should().Contain("Student s1").And.Contain("s2@wut.example.org").And.NotContain("Student s3").And.NotContain("Votre choix");
    }

    [Fact]
    public async Task A_student_may_not_open_runs_comparison_or_the_job_pages()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var client = await SignInAsync("s1@wut.example.org");

        foreach (var path in new[] { $"/Runs/{run.Id}", $"/Runs/{run.Id}?handler=Bundle", $"/Campaigns/{campaign.Id}/Compare", "/jobs" })
        {
            var answer = await client.GetAsync(path);
            (answer.StatusCode == HttpStatusCode.OK && answer.RequestMessage!.RequestUri!.AbsolutePath == path.Split('?')[0]).Should().BeFalse(path);
        }
    }

    [Fact]
    public async Task The_bundle_holds_the_sealed_instance_and_the_result_as_they_were_stored()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var client = await SignInAsync("coordinator@institute.example.org");

        await using var stream = await client.GetStreamAsync($"/Runs/{run.Id}?handler=Bundle");
        using var zip = new System.IO.Compression.ZipArchive(stream);

        (await BytesAsync(zip, "instance.json")).Should().Equal(run.InstanceJson);
        (await BytesAsync(zip, "result.json")).Should().Equal(run.ResultJson);
    }

    private static async Task<byte[]> BytesAsync(System.IO.Compression.ZipArchive zip, string name)
    {
        await using var entry = zip.GetEntry(name)!.Open();
        using var memory = new MemoryStream();
        await entry.CopyToAsync(memory);
        return memory.ToArray();
    }

    private async Task<HttpClient> SignInAsync(string address)
    {
        var person = (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.Email.Value == address);
        var client = host.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true });
        var answer = await PostAsync(client, "/Accounts/SignIn", null, ("person", person.Id.ToString()));
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return client;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string? handler, params (string Name, string Value)[] fields)
    {
        var page = await client.GetStringAsync(path);
        var token = Token().Match(page).Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)).Append(new("__RequestVerificationToken", token)));
        return await client.PostAsync(handler is null ? path : $"{path}?handler={handler}", form);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
