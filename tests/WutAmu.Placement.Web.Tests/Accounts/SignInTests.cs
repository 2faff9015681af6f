using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>Signing in by a letter, through the whole service.</summary>
public sealed class SignInTests : IDisposable
{
    private const string Student = "s1@wut.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("{0}")]
    [InlineData(" {0}\n")]
    [InlineData("{1}-{2}")]
    [InlineData("{1}\u00a0{2}")]
    [InlineData("{3}")]
    public async Task The_code_signs_in_however_it_is_pasted(string pattern)
    {
        using var visitor = await AskedAsync(Student);
        var code = (await Visitor.LetterAsync(host, Student)).Code;
        var (first, second) = (code[..4], code[^4..]);
        var wide = string.Concat((first + second).Select(c => (char)(c - '0' + '０')));

        await visitor.PressAsync("", ("code", string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, code, first, second, wide)));

        (visitor.Status, visitor.At).Should().Be((HttpStatusCode.OK, "/"));
        (await visitor.OpenAsync("/MyData")).Text.Should().Contain("Student s1");
    }

    [Fact]
    public async Task The_link_signs_in_after_a_button_was_pressed()
    {
        using var visitor = await AskedAsync(Student);

        await visitor.OpenAsync((await Visitor.LetterAsync(host, Student)).Link);
        var before = await SessionsAsync();
        await visitor.PressAsync("");

        before.Should().BeEmpty("opening a link signs nobody in: mail scanners open links too");
        (await visitor.OpenAsync("/MyData")).Text.Should().Contain("Student s1");
    }

    [Fact]
    public async Task Scanners_that_open_the_link_use_nothing_up()
    {
        using var visitor = await AskedAsync(Student);
        var letter = await Visitor.LetterAsync(host, Student);
        using var scanner = new Visitor(host, "198.51.100.9");
        for (var i = 0; i < 20; i++)
        {
            await scanner.OpenAsync(letter.Link);
            using var head = await scanner.Client.SendAsync(new(HttpMethod.Head, letter.Link));
        }

        await visitor.PressAsync("", ("code", letter.Code));

        (await visitor.OpenAsync("/MyData")).At.Should().Be("/MyData");
    }

    [Fact]
    public async Task In_another_browser_the_link_shows_the_code_to_type_where_it_was_asked_for()
    {
        using var visitor = await AskedAsync(Student);
        var letter = await Visitor.LetterAsync(host, Student);
        using var telephone = new Visitor(host, "198.51.100.9");

        await telephone.OpenAsync(letter.Link);

        telephone.Text.Should().Contain("Type this code where you asked").And.Contain(letter.Code);
        telephone.Invoking(t => t.PressAsync("").GetAwaiter().GetResult()).Should().Throw<InvalidOperationException>("there is no button here");
        (await visitor.PressAsync("", ("code", letter.Code))).At.Should().Be("/");
    }

    [Fact]
    public async Task A_link_posted_from_another_browser_signs_nobody_in_and_is_not_used_up()
    {
        using var visitor = await AskedAsync(Student);
        var letter = await Visitor.LetterAsync(host, Student);
        using var thief = await AskedAsync("s2@wut.example.org", "198.51.100.9");
        await thief.OpenAsync((await Visitor.LetterAsync(host, "s2@wut.example.org")).Link);

        using var answer = await thief.Client.PostAsync(letter.Link, new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", await thief.TokenAsync())]));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await SessionsAsync()).Should().BeEmpty();
        (await visitor.PressAsync("", ("code", letter.Code))).At.Should().Be("/");
    }

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public async Task A_letter_is_good_for_ten_minutes(int seconds, bool good)
    {
        using var byCode = await AskedAsync(Student);
        using var byLink = await AskedAsync("s2@wut.example.org");
        host.Clock.Advance(TimeSpan.FromSeconds(seconds));

        await byCode.PressAsync("", ("code", (await Visitor.LetterAsync(host, Student)).Code));
        await byLink.OpenAsync((await Visitor.LetterAsync(host, "s2@wut.example.org")).Link);

        (byCode.At == "/").Should().Be(good);
        byLink.Text.Contains("You asked to sign in", StringComparison.Ordinal).Should().Be(good);
        byLink.Text.Contains("good for 10 minutes", StringComparison.Ordinal).Should().Be(!good);
        byCode.Text.Contains("good for 10 minutes", StringComparison.Ordinal).Should().Be(!good);
    }

    [Fact]
    public async Task A_letter_works_once()
    {
        using var visitor = await AskedAsync(Student);
        var letter = await Visitor.LetterAsync(host, Student);
        await visitor.OpenAsync(letter.Link);
        await visitor.PressAsync("");

        await visitor.OpenAsync(letter.Link);

        visitor.Text.Should().Contain("was used already");
        (await SessionsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task The_newest_letter_wins()
    {
        using var visitor = await AskedAsync(Student);
        var old = await Visitor.LetterAsync(host, Student);
        await visitor.AskAsync(Student);
        var newest = await Visitor.LetterAsync(host, Student);

        (await visitor.OpenAsync(old.Link)).Text.Should().Contain("A newer letter was asked for");
        await visitor.OpenAsync("/Accounts/Code");
        (await visitor.PressAsync("", ("code", old.Code))).Text.Should().Contain("not the code of the newest letter");
        (await visitor.PressAsync("", ("code", newest.Code))).At.Should().Be("/");
    }

    [Fact]
    public async Task Somebody_else_who_asks_with_my_address_does_not_take_my_letter_away()
    {
        using var visitor = await AskedAsync(Student);
        var mine = await Visitor.LetterAsync(host, Student);
        using var rival = await AskedAsync(Student, "198.51.100.9");

        (await visitor.PressAsync("", ("code", mine.Code))).At.Should().Be("/");
    }

    [Fact]
    public async Task The_answer_is_the_same_for_an_address_that_nobody_has()
    {
        using var known = await AskedAsync(Student);
        using var unknown = await AskedAsync("nobody@wut.example.org");
        string[] pages = [Comparable(known, Student), Comparable(unknown, "nobody@wut.example.org")];

        await known.PressAsync("", ("code", "00000000"));
        await unknown.PressAsync("", ("code", "00000000"));

        pages[1].Should().Be(pages[0]).And.Contain("a letter is on its way");
        Comparable(unknown, "nobody@wut.example.org").Should().Be(Comparable(known, Student)).And.Contain("Tries left: 4");
        (await Visitor.LettersAsync(host, "nobody@wut.example.org")).Should().BeEmpty();
        (await Visitor.LettersAsync(host, Student)).Should().ContainSingle();
    }

    [Fact]
    public async Task The_answer_to_an_address_comes_before_anybody_looks_whose_it_is()
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);
        await visitor.OpenAsync("/Accounts/SignIn");

        await visitor.PressAsync("handler=Letter", ("email", Student));

        visitor.At.Should().Be("/Accounts/Code");
        (await Visitor.LettersAsync(host, Student)).Should().BeEmpty("the letter is written afterwards");
        (await RequestsAsync()).Should().ContainSingle(r => r.SealedLetter != null && r.Person == null);
    }

    [Fact]
    public async Task No_row_holds_what_signs_in()
    {
        using var visitor = await AskedAsync(Student);
        var letter = await Visitor.LetterAsync(host, Student);
        var token = letter.Link[(letter.Link.IndexOf("t=", StringComparison.Ordinal) + 2)..];
        var code = letter.Code.Replace(" ", "", StringComparison.Ordinal);

        var request = (await RequestsAsync()).Single();

        token.Should().HaveLength(22, "128 bits in base64");
        request.SealedLetter.Should().BeNull();
        var kept = string.Join('|', request.BrowserHash, request.TokenHash, request.CodeHash, request.AddressHash, request.LimitKey);
        kept.Should().NotContain(token).And.NotContain(code).And.NotContain("s1");
        request.CodeHash.Should().NotBe(Features.Accounts.Secrets.Hash(code), "eight digits without a key are found in a second");
    }

    [Fact]
    public async Task After_signing_in_one_is_where_one_wanted_to_go()
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);

        await visitor.SignInAsync(Student, "/MyData");

        visitor.At.Should().Be("/MyData");
    }

    [Theory]
    [InlineData("https://evil.example.org/")]
    [InlineData("//evil.example.org")]
    [InlineData("/\\evil.example.org")]
    [InlineData("\\\\evil.example.org")]
    [InlineData("javascript:alert(1)")]
    public async Task A_strangers_link_does_not_lead_away_after_signing_in(string to)
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);

        await visitor.SignInAsync(Student, $"/Accounts/SignIn?returnUrl={Uri.EscapeDataString(to)}");

        visitor.At.Should().Be("/");
    }

    [Fact]
    public async Task The_letter_leaves_before_others_and_its_words_are_erased()
    {
        using var visitor = await AskedAsync(Student);
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var person = await db.People.FirstAsync();
            var early = host.Clock.GetUtcNow() - TimeSpan.FromHours(1);
            db.Outbox.Add(new(LetterId.New(early), LetterKind.Notice, null, person, "early", new("Subject", "Text", "<p>Text</p>"), early, early));
            await db.SaveChangesAsync();
        });

        await host.DoAsync<LetterDispatcher>(dispatcher => dispatcher.SendDueAsync(CancellationToken.None));

        var letters = await host.ReadAsync(db => db.Outbox.AsNoTracking().ToListAsync());
        letters.Should().OnlyContain(l => l.State == LetterState.Accepted);
        letters.Single(l => l.Kind == LetterKind.SignIn).TextBody.Should().BeEmpty();
        letters.Single(l => l.Kind == LetterKind.Notice).TextBody.Should().Be("Text");
        File.GetLastWriteTimeUtc(await FileAsync(letters.Single(l => l.Kind == LetterKind.SignIn))).Should().BeOnOrBefore(File.GetLastWriteTimeUtc(await FileAsync(letters.Single(l => l.Kind == LetterKind.Notice))));
    }

    [Fact]
    public async Task A_letter_that_could_not_leave_in_time_is_ended_instead_of_sent()
    {
        using var visitor = await AskedAsync(Student);
        host.Clock.Advance(SignInRequest.Lifetime + TimeSpan.FromSeconds(1));

        await host.DoAsync<LetterDispatcher>(dispatcher => dispatcher.SendDueAsync(CancellationToken.None));

        var letter = (await Visitor.LettersAsync(host, Student)).Single();
        (letter.State, letter.TextBody).Should().Be((LetterState.Expired, ""));
        File.Exists(await FileAsync(letter)).Should().BeFalse();
        letter.Resend(null, host.Clock.GetUtcNow()).TryGet(out _, out var problem).Should().BeFalse();
        problem!.Code.Should().Be("letter.sign-in");
    }

    [Fact]
    public async Task A_coordinator_does_not_read_the_code_of_another_in_the_list_of_letters()
    {
        using var visitor = await AskedAsync(Student);
        var code = (await Visitor.LetterAsync(host, Student)).Code;
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");

        await coordinator.OpenAsync($"/Letters/{(await Visitor.LettersAsync(host, Student)).Single().Id}");

        coordinator.Status.Should().Be(HttpStatusCode.OK);
        coordinator.Text.Should().NotContain(code).And.Contain("text of a sign-in letter is shown to nobody else");
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("zh-Hans")]
    [InlineData("en")]
    public async Task The_letter_speaks_the_persons_language_and_goes_to_one_address(string tag)
    {
        await SmallCampaign.CreateAsync(host);
        Languages.TryParse(tag, out var language).Should().BeTrue();
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var person = (await db.People.ToListAsync()).Single(p => p.Email.Value == Student);
            person.ChooseLanguage(language, host.Clock.GetUtcNow());
            person.ChangeSecondAddress(Domain.People.EmailAddress.Create("second@qq.example.org"));
            await db.SaveChangesAsync();
        });
        using var visitor = new Visitor(host);

        await visitor.AskAsync(Student);

        var letter = (await Visitor.LettersAsync(host, Student)).Single();
        letter.Copy.Should().BeNull();
        letter.Language.Should().Be(language);
        letter.TextBody.Should().Contain("Student s1").And.Contain(tag switch { "fr" => "Votre code", "zh-Hans" => "验证码", _ => "Your code" });
        letter.Subject.Should().NotMatchRegex(@"\d", "a locked telephone shows subjects");
    }

    private async Task<Visitor> AskedAsync(string address, string from = "203.0.113.7")
    {
        if (!await host.ReadAsync(db => db.People.AnyAsync()))
        {
            await SmallCampaign.CreateAsync(host);
        }

        return await new Visitor(host, from).AskAsync(address);
    }

    private Task<List<Session>> SessionsAsync() => host.ReadAsync(db => db.Sessions.AsNoTracking().ToListAsync());

    private Task<List<SignInRequest>> RequestsAsync() => host.ReadAsync(db => db.SignInRequests.AsNoTracking().ToListAsync());

    private Task<string> FileAsync(OutboxLetter letter) => host.DoAsync<FolderSender, string>(sender => Task.FromResult(sender.PathOf(letter.Id)));

    private static string Comparable(Visitor visitor, string address) => visitor.Text.Replace(address, "ADDRESS", StringComparison.Ordinal);
}
