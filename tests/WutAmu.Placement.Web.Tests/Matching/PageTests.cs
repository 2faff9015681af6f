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
        after.Should().Contain("课题 A-2").And.Contain("（1 个）已满；把它分给您会使未获第一志愿的学生增加 1 名。", "that is what A-1, the better choice, would cost").And.NotContain("Student s2").And.NotContain(">s2<");
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
        (await BytesAsync(zip, "report.json")).Should().Equal((await host.ReadAsync(db => db.RunReports.SingleAsync())).Json);
    }

    [Theory]
    [InlineData("fr", "vous la donner laisserait un étudiant de plus sans son premier choix.")]
    [InlineData("en", "giving it to you would leave one more student without a first choice.")]
    public async Task The_exact_reason_is_told_in_the_readers_language(string language, string sentence)
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        using var client = await SignInAsync("s1@wut.example.org");
        client.DefaultRequestHeaders.Add("Cookie", $"language={language}");

        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));

        page.Should().Contain(sentence);
    }

    [Fact]
    public async Task A_run_without_a_report_gives_the_plain_reason_and_says_so()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        await campaign.ChangeAsync(db => db.RunReports.ExecuteDeleteAsync());
        using var client = await SignInAsync("s1@wut.example.org");
        client.DefaultRequestHeaders.Add("Cookie", "language=en");

        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));

        page.Should().Contain("All places of this offer are given.").And.Contain("The run kept no more exact explanation").And.NotContain("giving it to you");
    }

    [Fact]
    public async Task A_placement_that_is_not_the_runs_is_not_explained_by_the_run()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        var (student, offer) = (campaign.Students["s1"], campaign.Offers["B-1"]);
        await campaign.ChangeAsync(db => db.Placements.Where(p => p.Student == student).ExecuteUpdateAsync(set => set.SetProperty(p => p.Offer, offer)));
        using var client = await SignInAsync("s1@wut.example.org");
        client.DefaultRequestHeaders.Add("Cookie", "language=en");

        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));

        page.Should().Contain("Topic B-1").And.NotContain("giving it to you");
    }

    [Fact]
    public async Task A_coordinator_reads_what_places_and_reserves_would_change_and_others_do_not()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var coordinator = await SignInAsync("coordinator@institute.example.org");
        using var student = await SignInAsync("s1@wut.example.org");

        var page = WebUtility.HtmlDecode(await coordinator.GetStringAsync($"/Runs/{run.Id}/Report"));
        var refused = await student.GetAsync($"/Runs/{run.Id}/Report");

        page.Should().Contain("students with choice 1: 2\u00A0→\u00A03", "a second place at A-1 gives s1 their first choice").And.Contain("Student s3");
        (await refused.Content.ReadAsStringAsync()).Should().NotContain("2\u00A0→\u00A03").And.NotContain("Student s3");
    }

    [Fact]
    public async Task A_head_reads_what_a_place_at_their_own_host_would_change()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        using var client = await SignInAsync("head-a@amu.example.org");
        client.DefaultRequestHeaders.Add("Cookie", "language=en");

        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/Results/{campaign.Id}"));

        page.Should().Contain("students with choice 1: 2\u00A0→\u00A03").And.Contain("A-1").And.NotContain("B-1");
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
