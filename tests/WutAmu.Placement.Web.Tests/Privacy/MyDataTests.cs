using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Privacy;

public sealed class MyDataTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_student_downloads_their_own_lists_and_placement_and_nothing_of_others_and_it_is_written_down()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
        using var student = await HostBrowser.SignInAsync(host, "s1@wut.example.org");

        await student.OpenAsync("/MyData");
        await student.PressAsync();

        using var file = JsonDocument.Parse(student.Text);
        var part = file.RootElement.GetProperty("student")[0];
        part.GetProperty("submitted")[0].GetProperty("choices").EnumerateArray().Select(group => group[0].GetString()).Should().Equal("A-1", "A-2");
        part.GetProperty("placements")[0].GetProperty("offer").GetString().Should().Be("A-2");
        student.Text.Should().NotContain("Student s2").And.NotContain("s3@wut.example.org");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().CountAsync(a => a.Action == "person.exported"))).Should().Be(1);
    }

    [Fact]
    public async Task Before_publication_the_file_says_nothing_of_a_result()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.SolveAsync(await campaign.StartAsync());
        using var student = await HostBrowser.SignInAsync(host, "s1@wut.example.org");

        await student.OpenAsync("/MyData");
        await student.PressAsync();

        using var file = JsonDocument.Parse(student.Text);
        file.RootElement.GetProperty("student")[0].GetProperty("placements").GetArrayLength().Should().Be(0);
        file.RootElement.GetProperty("letters").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_head_downloads_what_they_declared_and_no_student()
    {
        await SmallCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync("/MyData");
        await head.PressAsync();

        using var file = JsonDocument.Parse(head.Text);
        file.RootElement.GetProperty("head")[0].GetProperty("declarations")[0].GetProperty("versions")[0].GetProperty("capacity").GetProperty("offers").GetArrayLength().Should().Be(2);
        head.Text.Should().NotContain("Student s");
    }
}
