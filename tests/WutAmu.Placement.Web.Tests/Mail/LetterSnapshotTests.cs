using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MimeKit;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>
/// Every letter template in every language, with everything a model may have and with as little as it may have, against the files in <c>Snapshots</c>. A change of words is
/// a reviewed change of those files: <c>UPDATE_SNAPSHOTS=1</c> writes them.
/// </summary>
public sealed partial class LetterSnapshotTests
{
    private static readonly MailOptions Options = new() { ServiceAddress = "https://placement.example.org" };
    private static readonly Texts Texts = new();

    public static TheoryData<string, string> Letters
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var match in typeof(Program).Assembly.GetManifestResourceNames().Select(name => Template().Match(name)).Where(match => match.Success).OrderBy(match => match.Value, StringComparer.Ordinal))
            {
                data.Add(match.Groups[1].Value, match.Groups[2].Value);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Letters))]
    public void Every_letter_reads_as_it_was_agreed(string template, string tag)
    {
        var language = Read(tag);

        var text = $"{Say(Render(template, language, Full(language)))}\n=====\n\n{Say(Render(template, language, Bare(language)))}";

        var file = Path.Combine(Folder(), $"{template}.{tag}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, text);
        }

        File.Exists(file).Should().BeTrue($"{template}.{tag} is new: look at it with UPDATE_SNAPSHOTS=1 and keep the file");
        text.Should().Be(File.ReadAllText(file));
    }

    [Theory]
    [MemberData(nameof(Letters))]
    public void Every_letter_is_typeset_in_its_language_and_says_how_to_answer(string template, string tag)
    {
        var language = Read(tag);
        foreach (var letter in new[] { Render(template, language, Full(language)), Render(template, language, Bare(language)) })
        {
            var text = letter.Subject + "\n" + letter.Text;

            letter.Subject.Should().NotBeEmpty().And.NotContain("\n");
            letter.Subject.Length.Should().BeLessThan(150, "a phone shows the beginning");
            text.Should().NotContain("\n\n\n").And.NotContain("{{").And.NotContain("  ");
            text.Should().Contain(Texts.Get(language, "Track.MasterInternship"), "a letter names its campaign").And.Contain("2026-2027");
            letter.Text.Should().MatchRegex(language switch { Language.French => "répondez à cette lettre", Language.SimplifiedChinese => "回复本邮件", _ => "answer this letter" });
            letter.Html.Should().StartWith($"<!doctype html><html lang=\"{tag}\">").And.NotContain("<img").And.NotContain("http://");
            switch (language)
            {
                case Language.French:
                    Breaking().Matches(text).Select(match => match.Value).Should().BeEmpty("French puts a no-break space before high punctuation and inside guillemets");
                    text.Should().NotContain("'", "French uses ’");
                    break;
                case Language.SimplifiedChinese:
                    HalfWidth().Matches(text).Select(match => match.Value).Should().BeEmpty("Chinese uses full-width punctuation");
                    break;
                default:
                    text.Should().NotContain("'", "English uses ’");
                    break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Letters))]
    public void Every_variable_of_a_letter_has_a_sample_here(string template, string tag)
    {
        var assembly = typeof(Program).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith($"Letters.{template}.{tag}.liquid", StringComparison.Ordinal)))!); // not null: listed
        var text = reader.ReadToEnd();
        var loops = Loop().Matches(text).Select(match => match.Groups[1].Value).ToHashSet();

        var names = Variable().Matches(text).Select(match => match.Groups[1].Value).Concat(Loop().Matches(text).Select(match => match.Groups[2].Value)).Distinct().Except(loops);

        names.Except(Full(Language.English).Keys).Should().BeEmpty("a snapshot shows each variable once with a value");
    }

    [Fact]
    public void Every_template_exists_in_the_three_languages() =>
        Letters.Select(row => (string)row[0]).GroupBy(name => name).Where(group => group.Count() != Languages.All.Length).Select(group => group.Key).Should().BeEmpty();

    [Fact]
    public void Words_of_people_make_no_paragraph_list_link_or_markup_of_their_own()
    {
        var model = Full(Language.English);
        model["name"] = "Eve\n\nYour place is cancelled, see https://evil.example.org/x\n- item";
        model["host"] = "<b>Lab</b>\r\nBcc: x@example.org https://placement.example.org.evil.example.org/";

        var letter = Render("HostInvitation", Language.English, model);

        letter.Subject.Should().NotContainAny("\r", "\n");
        letter.Text.Should().StartWith("Dear Eve  Your place is cancelled").And.NotContain("\n- item");
        letter.Html.Should().NotContain("<b>").And.NotContain("href=\"https://evil").And.NotContain("href=\"https://placement.example.org.evil").And.Contain("href=\"https://placement.example.org/\"");
    }

    [Fact]
    public void The_message_is_complete_plain_first_and_the_same_each_time()
    {
        var now = new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);
        var person = new Person(PersonId.New(now), "陈思源", null, EmailAddress.Create("chen@students.example.org"), Language.SimplifiedChinese, Roles.None);
        person.ChangeSecondAddress(EmailAddress.Create("chen@home.example.org"));
        var letter = new OutboxLetter(LetterId.New(now), LetterKind.StudentResult, null, person, "key", Render("StudentResult", Language.SimplifiedChinese, Full(Language.SimplifiedChinese)), now, now);
        letter.Attach("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");

        using var message = Through(LetterMessage.Of(letter, new() { ReplyTo = "office@institute.example.org" }));
        using var again = Through(LetterMessage.Of(letter, new() { ReplyTo = "office@institute.example.org" }));

        message.MessageId.Should().Be($"{letter.Id.Value:N}@institute.example.org").And.Be(again.MessageId);
        message.Date.Should().Be(now);
        message.Subject.Should().Be(letter.Subject).And.Contain("学年安排结果");
        message.From.Mailboxes.Single().Address.Should().Be("placement@institute.example.org");
        message.ReplyTo.Mailboxes.Single().Address.Should().Be("office@institute.example.org");
        message.To.Mailboxes.Select(box => (box.Name, box.Address)).Should().Equal(("陈思源", "chen@students.example.org"), ("陈思源", "chen@home.example.org"));
        message.Headers[HeaderId.AutoSubmitted].Should().Be("auto-generated");
        message.Headers.Select(header => header.Id).Should().NotContain([HeaderId.Precedence, HeaderId.ListUnsubscribe, HeaderId.Bcc]);
        var mixed = message.Body.Should().BeOfType<Multipart>().Subject;
        mixed.Headers[HeaderId.ContentLanguage].Should().Be("zh-Hans");
        var alternative = mixed[0].Should().BeOfType<MultipartAlternative>().Subject;
        alternative.Select(part => part.ContentType.MimeType).Should().Equal("text/plain", "text/html");
        ((TextPart)alternative[0]).Text.ReplaceLineEndings("\n").Should().Be(letter.TextBody);
        mixed[1].ContentDisposition!.FileName.Should().Be("placement.ics"); // not null: attached
    }

    private static MimeMessage Through(MimeMessage message)
    {
        using var wire = new MemoryStream();
        message.WriteTo(wire);
        wire.Position = 0;
        return MimeMessage.Load(wire);
    }

    private static LetterText Render(string template, Language language, Dictionary<string, object?> model) =>
        new LetterTemplates(Texts, Microsoft.Extensions.Options.Options.Create(Options)).Render(template, language, model);

    private static string Say(LetterText letter) => $"{letter.Subject}\n\n{letter.Text}";

    private static Language Read(string tag) => Languages.TryParse(tag, out var language) ? language : throw new ArgumentException(tag);

    private static string Both(Language language) => BothClocks.Say(Texts, language, new(2026, 12, 1, 11, 0, 0, TimeSpan.Zero));

    /// <summary>Everything that any template asks for, all of it there.</summary>
    private static Dictionary<string, object?> Full(Language language) => new()
    {
        ["name"] = "陈思源",
        ["year"] = "2026-2027",
        ["master"] = true,
        ["track"] = Texts.Get(language, "Track.MasterInternship"),
        ["state"] = Texts.Get(language, "CampaignState.Matching"),
        ["deadline"] = Both(language),
        ["items"] = new List<string> { "A-1", "A-2" },
        ["host"] = "Laboratoire A",
        ["campus"] = "Luminy",
        ["offer"] = "ARN",
        ["supervisor"] = "Anne Martin",
        ["starts"] = new DateOnly(2027, 1, 11).ToString("D", Culture.Of(language)),
        ["ends"] = new DateOnly(2027, 6, 30).ToString("D", Culture.Of(language)),
        ["rank"] = 2,
        ["restricted"] = true,
        ["answer_until"] = Both(language),
        ["before"] = Both(language),
        ["hosts"] = new List<string> { "Laboratoire A", "Laboratoire B" },
        ["until"] = Both(language),
        ["clocks"] = Both(language),
        ["placed"] = true,
        ["submitted"] = true,
        ["policy"] = "min-regret-greedy",
        ["sentence"] = Texts.Get(language, "policy.min-regret-greedy"),
        ["seed"] = "2026-11-23/marseille",
        ["digest"] = "DIGEST",
        ["link"] = "https://placement.example.org/",
        ["behalf"] = true,
        ["version"] = 2,
        ["hash"] = "HASH",
        ["max"] = 3,
        ["minimum"] = 1,
        ["offers"] = new List<string> { "A-1", "A-2" },
        ["changes"] = new List<string> { "A-1", "A-2" },
        ["told"] = 4,
        ["code"] = "1234 5678",
        ["minutes"] = 10,
        ["role"] = Texts.Get(language, "Roles.Coordinator"),
        ["email"] = "chen@students.example.org",
        ["at"] = Both(language),
        ["open"] = true,
        ["reason"] = "…",
        ["accepted"] = true,
        ["student"] = "M01",
        ["address"] = "second@example.org",
        ["linked"] = true,
        ["university"] = "AMU",
        ["choices"] = new List<string> { "A-1", "A-2" },
        ["any_other"] = true,
        ["students"] = new List<Dictionary<string, object?>> { new() { ["name"] = "陈思源", ["latin"] = "Siyuan Chen", ["email"] = "chen@students.example.org", ["programme"] = "Microbiology", ["offer"] = "ARN" } },
    };

    /// <summary>The same with nothing in it that may be missing, and every yes a no; but a Master's, so that the campaign's name is known.</summary>
    private static Dictionary<string, object?> Bare(Language language)
    {
        string[] always = ["name", "year", "master", "track", "state", "deadline", "host", "offer", "policy", "sentence", "seed", "digest", "link", "version", "hash", "max", "told", "clocks", "reason", "student", "code", "minutes", "role", "email", "at", "university"];
        return Full(language).ToDictionary(pair => pair.Key, pair => pair switch
        {
            _ when always.Contains(pair.Key) => pair.Value,
            { Value: bool } => false,
            { Value: List<string> } => new List<string>(),
            { Value: List<Dictionary<string, object?>> } => new List<Dictionary<string, object?>>(),
            _ => null,
        });
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Snapshots"); // not null: a file lies in a folder

    [GeneratedRegex(@"(?:\{\{-?\s*|\{%-?\s*(?:if|elsif|unless)\s+)(\w+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{%-?\s*for (\w+) in (\w+)")]
    private static partial Regex Loop();

    [GeneratedRegex(@"Letters\.(\w+)\.(fr|zh-Hans|en)\.liquid$")]
    private static partial Regex Template();

    [GeneratedRegex(@"[ ][:;?!»](?=\s|$)|[\p{L}\d)”][:;?!](?=\s|$)|« |«(?!\u00A0)", RegexOptions.Multiline)]
    private static partial Regex Breaking();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}[,;:?!](?!\d)|[,;?!]\p{IsCJKUnifiedIdeographs}|[：，。]\s(?=\S)")]
    private static partial Regex HalfWidth();
}
