using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>The code of a telephone beside the letter, for those who decide; and once more before what cannot be taken back.</summary>
public sealed partial class SecondFactorTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";

    private readonly MatchingHost host = new();
    private Telephone telephone = null!; // set by SetUpAsync
    private List<string> recovery = [];

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task The_first_sign_in_sets_it_up_and_shows_ten_recovery_codes_once()
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator, "/Campaigns");
        var (at, picture) = (visitor.At, visitor.Html.Contains("<svg class=\"qr\"", StringComparison.Ordinal));

        await visitor.PressAsync("handler=Enrol", ("code", Telephone.Of(visitor, host.Clock).Code));
        var codes = Recovery().Matches(visitor.Text).Select(match => match.Value).ToList();

        at.Should().StartWith("/Accounts/SecondFactor");
        picture.Should().BeTrue();
        codes.Should().HaveCount(10).And.OnlyHaveUniqueItems();
        visitor.Html.Should().Contain("href=\"/Campaigns\"");
        (await visitor.OpenAsync("/Campaigns")).At.Should().Be("/Campaigns");
        (await visitor.OpenAsync("/Accounts/Factor")).Text.Should().NotContain(codes[0]).And.Contain("10");
    }

    [Fact]
    public async Task Neither_secret_nor_recovery_codes_can_be_read_in_the_database()
    {
        using var visitor = await SetUpAsync();

        var factor = await FactorAsync();

        factor.RecoveryHashes.Should().OnlyContain(hash => !recovery.Any(code => hash.Contains(code.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));
        factor.ProtectedSecret.Should().NotContain(telephone.Secret.Replace(" ", "", StringComparison.Ordinal)).And.NotContain(Convert.ToBase64String(OtpNet.Base32Encoding.ToBytes(telephone.Secret.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Every_later_sign_in_asks_for_a_code_and_leads_on_to_where_one_wanted()
    {
        using (await SetUpAsync())
        {
        }

        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator, "/Campaigns");
        await visitor.PressAsync("", ("code", "000000"));
        var wrong = (visitor.Status, visitor.Text);

        await visitor.PressAsync("", ("code", telephone.NextCode()));

        wrong.Status.Should().Be(HttpStatusCode.BadRequest);
        wrong.Text.Should().Contain("not right");
        (visitor.Status, visitor.At).Should().Be((HttpStatusCode.OK, "/Campaigns"));
    }

    [Fact]
    public async Task A_code_that_was_used_is_refused_and_so_is_an_earlier_one()
    {
        using (await SetUpAsync())
        {
        }

        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator);

        await visitor.PressAsync("", ("code", telephone.Code));
        var replayed = visitor.Text;
        await visitor.PressAsync("", ("code", telephone.CodeAt(TimeSpan.FromSeconds(-30))));
        var earlier = visitor.Text;

        replayed.Should().Contain("used already");
        earlier.Should().Contain("used already");
        (await visitor.OpenAsync("/Campaigns")).At.Should().StartWith("/Accounts/SecondFactor");
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public async Task A_telephones_clock_may_be_wrong_by_half_a_minute(int seconds, bool good)
    {
        using (await SetUpAsync())
        {
        }

        host.Clock.Advance(TimeSpan.FromMinutes(5));
        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator, "/Campaigns");

        await visitor.PressAsync("", ("code", telephone.CodeAt(TimeSpan.FromSeconds(seconds))));

        (visitor.At == "/Campaigns").Should().Be(good);
    }

    [Fact]
    public async Task A_recovery_code_works_once_however_it_is_typed()
    {
        using (await SetUpAsync())
        {
        }

        using var first = new Visitor(host);
        using var second = new Visitor(host);
        await first.SignInAsync(Coordinator, "/Campaigns");
        await second.SignInAsync(Coordinator, "/Campaigns");

        await first.PressAsync("", ("code", recovery[3].ToLowerInvariant().Replace('-', ' ').Replace('0', 'o').Replace('1', 'l')));
        await second.PressAsync("", ("code", recovery[3]));

        first.At.Should().Be("/Campaigns");
        second.Status.Should().Be(HttpStatusCode.BadRequest);
        (await FactorAsync()).RecoveryHashes.Should().HaveCount(9);
        (await host.ReadAsync(db => db.Audit.CountAsync(a => a.Action == "factor.recovered"))).Should().Be(1);
    }

    [Fact]
    public async Task Five_wrong_codes_close_it_for_a_quarter_of_an_hour()
    {
        using (await SetUpAsync())
        {
        }

        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator, "/Campaigns");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < SecondFactor.MaxFailures; i++)
        {
            await visitor.PressAsync("", ("code", "000000"));
        }

        await visitor.PressAsync("", ("code", telephone.NextCode()));
        var closed = visitor.Text;
        host.Clock.Advance(SecondFactor.Pause);
        await visitor.PressAsync("", ("code", telephone.Code));

        closed.Should().Contain("try again in a quarter of an hour");
        visitor.At.Should().Be("/Campaigns");
        (await host.ReadAsync(db => db.Audit.CountAsync(a => a.Action == "factor.closed"))).Should().Be(1);
    }

    [Fact]
    public async Task Publishing_asks_for_a_fresh_code_and_does_nothing_before()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var visitor = await SetUpAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await visitor.OpenAsync($"/Runs/{run.Id}");

        await visitor.PressAsync("handler=Publish", ("sure", "true"));
        var (asked, before) = (visitor.Text, await host.ReadAsync(db => db.Publications.CountAsync()));
        await visitor.PressAsync("", ("code", telephone.Code));
        var back = visitor.At;
        await visitor.PressAsync("handler=Publish", ("sure", "true"));

        asked.Should().Contain("give a fresh code");
        before.Should().Be(0);
        back.Should().Be($"/Runs/{run.Id}");
        (await host.ReadAsync(db => db.Publications.CountAsync())).Should().Be(1);
    }

    [Theory]
    [InlineData("Instance")]
    [InlineData("Result")]
    [InlineData("Bundle")]
    public async Task Exporting_asks_for_a_fresh_code(string handler)
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var visitor = await SetUpAsync();
        using var fresh = await visitor.Client.GetAsync($"/Runs/{run.Id}?handler={handler}");
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        await visitor.OpenAsync($"/Runs/{run.Id}?handler={handler}");

        fresh.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");
        visitor.At.Should().StartWith("/Accounts/SecondFactor");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/Erase")]
    public async Task Exporting_and_erasing_a_person_ask_for_a_fresh_code(string page)
    {
        // A campaign under way refuses to lose a student with a place; one that still collects does not.
        var campaign = await Hosts.HostCampaign.CreateAsync(host);
        var person = await host.ReadAsync(db => db.Students.Where(s => s.Id == campaign.Students["s1"]).Select(s => s.Person).SingleAsync());
        using var visitor = await SetUpAsync();
        await visitor.OpenAsync($"/People/{person}{page}");
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        await visitor.PressAsync("", ("cause", "asked"), ("sure", "true"));

        visitor.At.Should().Be($"/Accounts/SecondFactor?returnUrl={Uri.EscapeDataString($"/People/{person}{page}")}");
        (await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person))).ErasedAt.Should().BeNull();
        (await host.ReadAsync(db => db.Audit.AnyAsync(a => a.Action == "person.exported" || a.Action == "person.erased"))).Should().BeFalse();
    }

    [Theory]
    [InlineData(Roles.Operator, "true", true)]
    [InlineData(Roles.Operator, "false", false)]
    [InlineData(Roles.None, "true", false)]
    public async Task Keeping_another_address_for_one_of_the_staff_asks_for_a_fresh_code(Roles role, string keep, bool asked)
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = await SetUpAsync();
        var letter = await host.DoAsync<Persistence.PlacementDb, LetterId>(async db =>
        {
            var now = host.Clock.GetUtcNow();
            var person = new Person(PersonId.New(now), "Reader", null, EmailAddress.Create("reader@institute.example.org"), Language.English, role);
            var one = new OutboxLetter(LetterId.New(now), LetterKind.Notice, null, person, "test", new("Subject", "Text\n", "<p>Text</p>\n"), now, now);
            var owner = Guid.NewGuid();
            one.Claim(owner, now, TimeSpan.FromMinutes(1));
            one.Answer(owner, [new(one.To, AttemptOutcome.Refused, "550 unknown")], now);
            db.AddRange(person, one);
            await db.SaveChangesAsync();
            return one.Id;
        });
        await visitor.OpenAsync($"/Letters/{letter}/Resend");
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        await visitor.PressAsync("", ("address", "stranger@example.org"), ("keep", keep));

        visitor.At.Should().Be(asked ? $"/Accounts/SecondFactor?returnUrl={Uri.EscapeDataString($"/Letters/{letter}/Resend")}" : $"/Letters/{letter}");
        var row = await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Id == letter));
        row.State.Should().Be(asked ? LetterState.Refused : LetterState.Queued);
        var reader = await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == row.Person));
        reader.Email.Value.Should().Be(!asked && keep == "true" ? "stranger@example.org" : "reader@institute.example.org");
    }

    [Fact]
    public async Task The_step_gives_the_session_another_secret()
    {
        using (await SetUpAsync())
        {
        }

        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator, "/Campaigns");
        var before = visitor.SessionCookie!;

        await visitor.PressAsync("", ("code", telephone.NextCode()));

        visitor.SessionCookie.Should().NotBe(before);
        using var thief = host.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        thief.DefaultRequestHeaders.Add("Cookie", before);
        using var answer = await thief.GetAsync("/Campaigns");
        answer.Headers.Location!.ToString().Should().StartWith("/Accounts/SignIn");
    }

    [Theory]
    [InlineData("")]
    [InlineData("&replace=true")]
    public async Task A_session_without_it_cannot_put_another_telephone_in_its_place(string replace)
    {
        await SmallCampaign.CreateAsync(host);
        using var early = new Visitor(host);
        await early.SignInAsync(Coordinator);
        var stolen = Telephone.Of(early, host.Clock);
        using (await SetUpAsync())
        {
        }

        var before = (await FactorAsync()).ProtectedSecret;
        await early.PressAsync("handler=Enrol" + replace, ("code", stolen.NextCode()));

        (await FactorAsync()).ProtectedSecret.Should().Be(before);
        (await early.OpenAsync("/Campaigns")).At.Should().StartWith("/Accounts/SecondFactor");
    }

    [Fact]
    public async Task Another_telephone_takes_its_place_with_the_old_one_at_hand()
    {
        using var visitor = await SetUpAsync();
        var (old, oldRecovery) = (telephone, recovery[0]);
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        await visitor.OpenAsync("/Accounts/Factor");
        await visitor.PressAsync("handler=Replace");
        await visitor.PressAsync("", ("code", old.Code));
        await visitor.PressAsync("handler=Replace");
        telephone = Telephone.Of(visitor, host.Clock);
        await visitor.PressAsync("handler=Enrol", ("code", telephone.Code));

        visitor.Text.Should().Contain("Print or copy these ten codes");
        using var next = new Visitor(host);
        await next.SignInAsync(Coordinator, "/Campaigns");
        await next.PressAsync("", ("code", old.NextCode()));
        next.Status.Should().Be(HttpStatusCode.BadRequest);
        await next.PressAsync("", ("code", oldRecovery));
        next.Status.Should().Be(HttpStatusCode.BadRequest);
        await next.PressAsync("", ("code", telephone.Code));
        next.At.Should().Be("/Campaigns");
    }

    [Theory]
    [InlineData("en", "publish, export or erase")]
    [InlineData("fr", "rien publier, exporter ni effacer")]
    [InlineData("zh", "公布、导出或删除")]
    public async Task Who_has_none_yet_reads_what_it_is_for(string language, string what)
    {
        await SmallCampaign.CreateAsync(host);
        using var page = await HostBrowser.SignInAsync(host, Coordinator);
        page.Speak(language);

        await page.OpenAsync("/Accounts/Factor");

        page.Text.Should().Contain(what);
        page.Html.Should().Contain("href=\"/Accounts/SecondFactor?returnUrl=/Accounts/Factor\"");
    }

    [Fact]
    public async Task New_recovery_codes_end_the_old_ones()
    {
        using var visitor = await SetUpAsync();

        await visitor.OpenAsync("/Accounts/Factor");
        await visitor.PressAsync("handler=Recovery");
        var renewed = Recovery().Matches(visitor.Text).Select(match => match.Value).ToList();

        renewed.Should().HaveCount(10).And.NotIntersectWith(recovery);
        using var next = new Visitor(host);
        await next.SignInAsync(Coordinator, "/Campaigns");
        await next.PressAsync("", ("code", recovery[0]));
        next.Status.Should().Be(HttpStatusCode.BadRequest);
        await next.PressAsync("", ("code", renewed[0]));
        next.At.Should().Be("/Campaigns");
    }

    [Fact]
    public async Task A_student_is_not_asked_for_one()
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);
        await visitor.SignInAsync("s1@wut.example.org");

        await visitor.OpenAsync("/Accounts/SecondFactor");

        visitor.At.Should().Be("/");
    }

    private async Task<Visitor> SetUpAsync()
    {
        if (!await host.ReadAsync(db => db.People.AnyAsync()))
        {
            await SmallCampaign.CreateAsync(host);
        }

        var visitor = new Visitor(host);
        await visitor.SignInAsync(Coordinator);
        telephone = Telephone.Of(visitor, host.Clock);
        await visitor.PressAsync("handler=Enrol", ("code", telephone.Code));
        recovery = [.. Recovery().Matches(visitor.Text).Select(match => match.Value)];
        return visitor;
    }

    private Task<SecondFactor> FactorAsync() => host.ReadAsync(db => db.SecondFactors.AsNoTracking().SingleAsync());

    [GeneratedRegex("(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")]
    private static partial Regex Recovery();
}
