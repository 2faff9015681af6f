using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>How somebody becomes staff, and what happens when a telephone is lost.</summary>
public sealed class StaffTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";
    private const string Newcomer = "new@institute.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task The_first_coordinator_is_invited_once_and_the_letter_signs_nobody_in()
    {
        host.Settings["Accounts:FirstCoordinator"] = Newcomer;
        using var visitor = new Visitor(host);
        await host.Services.InviteFirstCoordinatorAsync(CancellationToken.None);

        var person = (await PeopleAsync()).Should().ContainSingle().Subject;
        var letter = (await host.ReadAsync(db => db.Outbox.AsNoTracking().ToListAsync())).Should().ContainSingle("a second start finds a coordinator").Subject;
        (person.Email.Value, person.Roles, letter.Kind).Should().Be((Newcomer, Roles.Coordinator, LetterKind.Invitation));
        letter.TextBody.Should().Contain("/Accounts/SignIn").And.NotContain("/Accounts/Link");
        await visitor.SignInAsync(Newcomer, "/Campaigns");
        visitor.At.Should().StartWith("/Accounts/SecondFactor");
    }

    [Fact]
    public async Task The_setting_does_nothing_where_there_is_a_coordinator()
    {
        await SmallCampaign.CreateAsync(host);
        host.LetAnotherStart();
        await using var again = host.WithWebHostBuilder(builder => builder.ConfigureAppConfiguration((_, configuration) => configuration.Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = new Dictionary<string, string?> { ["Accounts:FirstCoordinator"] = Newcomer } })));

        await again.Services.InviteFirstCoordinatorAsync(CancellationToken.None);

        (await PeopleAsync()).Should().NotContain(p => p.Email.Value == Newcomer);
    }

    [Fact]
    public async Task A_coordinator_invites_another_who_is_written_to()
    {
        await SmallCampaign.CreateAsync(host);
        using var page = await HostBrowser.SignInAsync(host, Coordinator);

        await page.OpenAsync("/Accounts/Staff");
        await page.Fill("Name", "Newcomer").Fill("Email", Newcomer).Fill("Language", "English").Fill("Role", "Operator").PressAsync(handler: "Invite");

        page.Text.Should().Contain("The invitation is queued");
        (await PeopleAsync()).Single(p => p.Email.Value == Newcomer).Roles.Should().Be(Roles.Operator);
        (await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.Invitation))).TextBody.Should().Contain("operator");
    }

    [Fact]
    public async Task A_lost_telephone_is_reset_by_another_with_a_reason_and_everything_open_ends()
    {
        await SmallCampaign.CreateAsync(host);
        using var lost = new Visitor(host);
        await lost.SignInAsync(Coordinator);
        await lost.PressAsync("handler=Enrol", ("code", Telephone.Of(lost, host.Clock).Code));
        var (person, by) = ((await PeopleAsync()).Single(p => p.Email.Value == Coordinator).Id, PersonId.New(host.Clock.GetUtcNow()));

        var silent = await ResetAsync(person, " ", by);
        var own = await ResetAsync(person, "lost", person);
        var done = await ResetAsync(person, "telephone lost", by);

        silent.Should().Be("staff.reason");
        own.Should().Be("staff.self");
        done.Should().BeNull();
        (await lost.OpenAsync("/Campaigns")).At.Should().StartWith("/Accounts/SignIn");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "factor.reset"))).Reason.Should().Be("telephone lost");
        (await host.ReadAsync(db => db.Outbox.CountAsync(l => l.Kind == LetterKind.Notice))).Should().Be(1, "the person is told");
        await lost.SignInAsync(Coordinator, "/Campaigns");
        await lost.PressAsync("handler=Enrol", ("code", Telephone.Of(lost, host.Clock).Code));
        (await lost.OpenAsync("/Campaigns")).At.Should().Be("/Campaigns");
    }

    [Fact]
    public async Task Whose_role_is_taken_away_is_out_at_once()
    {
        await SmallCampaign.CreateAsync(host);
        using var staff = await HostBrowser.SignInAsync(host, Coordinator);
        var (person, by) = ((await PeopleAsync()).Single(p => p.Email.Value == Coordinator).Id, PersonId.New(host.Clock.GetUtcNow()));

        var revoked = await host.DoAsync<StaffRoles, Result<Done>>(roles => roles.RevokeAsync(person, "left the institute", by, CancellationToken.None));
        await staff.OpenAsync("/Campaigns");

        revoked.TryGet(out _, out _).Should().BeTrue();
        staff.Path.Should().Be("/Accounts/SignIn");
        (await PeopleAsync()).Single(p => p.Id == person).Roles.Should().Be(Roles.None);
    }

    [Fact]
    public async Task Many_failures_from_one_network_stand_in_the_journal_once_and_old_rows_go()
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host, "198.51.100.9");
        for (var i = 0; i < SweepAccounts.ManyFailures; i++)
        {
            await visitor.AskAsync($"nobody{i}@wut.example.org");
        }

        host.Clock.Advance(TimeSpan.FromHours(1));
        await SweepAsync();
        await SweepAsync();
        var kept = await host.ReadAsync(db => db.SignInRequests.CountAsync());
        host.Clock.Advance(TimeSpan.FromHours(24));
        await SweepAsync();

        var entry = await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "signin.failures"));
        entry.Subject.Should().StartWith("198.51.100.*");
        entry.Detail.Should().Be("20 unknown addresses, 0 wrong codes");
        kept.Should().Be(SweepAccounts.ManyFailures);
        (await host.ReadAsync(db => db.SignInRequests.CountAsync())).Should().Be(0);
    }

    private Task SweepAsync() => host.DoAsync<SweepAccounts>(sweep => sweep.ExecuteAsync(CancellationToken.None));

    private Task<List<Person>> PeopleAsync() => host.ReadAsync(db => db.People.AsNoTracking().ToListAsync());

    /// <summary>The problem's code; null: done.</summary>
    private async Task<string?> ResetAsync(PersonId person, string reason, PersonId by) =>
        (await host.DoAsync<StaffRoles, Result<Done>>(roles => roles.ResetSecondFactorAsync(person, reason, by, CancellationToken.None))).TryGet(out _, out var problem) ? null : problem.Code;
}
