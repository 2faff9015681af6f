using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Features.Campaigns.Import;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

public sealed class SecondAddressTests
{
    [Fact]
    public async Task Somebody_types_a_second_address_and_both_are_told()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        await SmallCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, "s2@wut.example.org");

        await browser.OpenAsync("/MyData");
        await browser.Fill("second", "Home@Mail.Example.org").PressAsync(handler: "Second");
        await host.SendAsync();
        await browser.OpenAsync("/MyData");
        var shown = browser.Text;
        await browser.Fill("second", "").PressAsync(handler: "Second");
        await host.SendAsync();

        shown.Should().Contain("home@mail.example.org");
        relay.Taken.Select(taken => string.Join(' ', taken.Recipients)).Should().Equal("s2@wut.example.org home@mail.example.org", "s2@wut.example.org");
        relay.Taken[0].Message.TextBody.Should().Contain("home@mail.example.org");
        (await PersonAsync(host, "s2")).SecondEmail.Should().BeNull();
        (await host.ReadAsync(db => db.Audit.AsNoTracking().Where(a => a.Action == "person.second-address").OrderBy(a => a.Sequence).Select(a => a.Detail).ToListAsync())).Should().Equal("set", "removed");
    }

    [Theory]
    [InlineData("home@mail.example.org\r\nBcc: x@example.org")]
    [InlineData("home@mail.example.org, x@example.org")]
    [InlineData("no address")]
    [InlineData("S2@wut.example.org")]
    public async Task What_is_no_second_address_is_refused_and_stays_to_be_put_right(string typed)
    {
        await using var host = MailHost.Of(1);
        await SmallCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, "s2@wut.example.org");

        await browser.OpenAsync("/MyData");
        await browser.Fill("second", typed).PressAsync(handler: "Second");

        browser.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        browser.Text.Should().Contain("aria-invalid=\"true\"").And.Contain("id=\"second-problem\"");
        (await PersonAsync(host, "s2")).SecondEmail.Should().BeNull();
        (await host.LettersAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_file_may_bring_second_addresses_and_one_without_them_takes_none_away()
    {
        await using var host = new MatchingHost();
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = await campaign.FilesAsync();
        var lines = System.Text.Encoding.UTF8.GetString(files.Students).TrimEnd().Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var with = files with { Students = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines.Select((line, i) => line + (i == 0 ? ";second_email" : i == 2 ? ";Home@Mail.Example.org" : ";")))) };
        var same = files with { Students = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines.Select((line, i) => line + (i == 0 ? ";second_email" : i == 2 ? ";siyuan.chen@students.example.org" : ";")))) };

        var refused = await campaign.ImportAsync(host, same);
        var first = await campaign.ImportAsync(host, with);
        var again = await campaign.ImportAsync(host, files);

        refused.Problems.Should().ContainSingle().Which.Should().Match<ImportProblem>(p => p.Code == "import.second-same" && p.Line == 3 && p.Column == "second_email");
        first.Problems.Should().BeEmpty();
        again.Changed.Should().Be(0);
        (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.SecondEmail is not null)
            .Should().Match<Domain.People.Person>(p => p.Email.Value == "siyuan.chen@students.example.org" && p.SecondEmail!.Value == "home@mail.example.org");
    }

    [Fact]
    public async Task Two_windows_at_one_instant_are_one_change_and_one_letter()
    {
        await using var host = MailHost.Of(1);
        await SmallCampaign.CreateAsync(host);
        var person = (await PersonAsync(host, "s2")).Id;
        Task<Result<Done>>[] changes;
        // Both begin while somebody else writes: what they read before their own turn is old when it comes.
        using (await host.Services.GetRequiredService<WriteGate>().EnterAsync(CancellationToken.None))
        {
            changes = [.. Enumerable.Range(0, 2).Select(_ => host.DoAsync<ChangeSecondAddress, Result<Done>>(change => change.HandleAsync(person, "home@mail.example.org", CancellationToken.None)))];
            changes.Should().OnlyContain(change => !change.IsCompleted, "the gate is taken");
        }

        (await Task.WhenAll(changes)).Select(outcome => outcome.TryGet(out _, out _)).Should().Equal(true, true);

        (await PersonAsync(host, "s2")).SecondEmail!.Value.Should().Be("home@mail.example.org"); // not null: set
        (await host.LettersAsync()).Should().ContainSingle();
        (await host.ReadAsync(db => db.Audit.CountAsync(a => a.Action == "person.second-address"))).Should().Be(1);
    }

    private static async Task<Domain.People.Person> PersonAsync(MatchingHost host, string code) =>
        (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.Email.Value == $"{code}@wut.example.org");
}
