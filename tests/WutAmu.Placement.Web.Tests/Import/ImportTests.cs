using System.Text;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Campaigns.Import;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Import;

public sealed class ImportTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(Track.MasterInternship, 20, 19)]
    [InlineData(Track.BachelorStudy, 150, 148)]
    public async Task Takes_in_a_whole_campaign_and_the_same_files_again_change_nothing(Track track, int students, int lists)
    {
        var campaign = await SampleCampaign.CreateAsync(host, track);

        var first = await campaign.ImportAsync(host, await campaign.FilesAsync());
        var before = await CountsAsync();
        var second = await campaign.ImportAsync(host, await campaign.FilesAsync());

        first.Problems.Should().BeEmpty();
        first.Changed.Should().BePositive();
        second.Should().Match<ImportReport>(again => again.Changed == 0 && again.Problems.Count == 0);
        (await CountsAsync()).Should().Be(before);
        before.Students.Should().Be(students);
        before.Lists.Should().Be(lists);
    }

    [Theory]
    [InlineData("comma")]
    [InlineData("byte order mark")]
    [InlineData("GB18030")]
    [InlineData("Windows line ends")]
    public async Task Reads_the_same_campaign_however_the_files_were_saved(string how)
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = await campaign.FilesAsync();
        await campaign.ImportAsync(host, files);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

        var again = await campaign.ImportAsync(host, Each(files, text => how switch
        {
            "comma" => Encoding.UTF8.GetBytes(Commas(text)),
            "byte order mark" => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            "GB18030" => Encoding.GetEncoding("GB18030").GetBytes(text),
            _ => Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)),
        }));

        again.Problems.Should().BeEmpty();
        again.Changed.Should().Be(0, "it is the same campaign, names in Chinese characters and French accents included");
    }

    [Theory]
    [InlineData("students.csv", "M02;", "M01;", 3, "id", "M01", "import.duplicate")]
    [InlineData("students.csv", "siyuan.chen@students.example.org", "siyuan.chen", 3, "email", "siyuan.chen", "import.email")]
    [InlineData("students.csv", "siyuan.chen@students.example.org", "tianyou.guo@students.example.org", 3, "email", "tianyou.guo@students.example.org", "import.duplicate")]
    [InlineData("students.csv", "zh;life-sciences;16.43", "zh;botany;16.43", 3, "programme", "botany", "import.unknown")]
    [InlineData("students.csv", "zh;life-sciences;16.43", "xx;life-sciences;16.43", 3, "language", "xx", "import.language")]
    [InlineData("students.csv", "zh;life-sciences;16.43", "zh;life-sciences;good", 3, "score", "good", "import.decimal")]
    [InlineData("students.csv", "M02;陈思源", "M02;\"陈思源\nBcc: x@example.org\"", 3, "name", "陈思源 Bcc: x@example.org", "import.characters")]
    [InlineData("students.csv", "Siyuan Chen", "Siyuan\u202E Chen", 3, "latin_name", "Siyuan  Chen", "import.characters")]
    [InlineData("hosts.csv", "LCB;Laboratoire de Chimie Bactérienne;", "LCB;\"Lab\nSubject: x\";", 2, "name", "Lab Subject: x", "import.characters")]
    [InlineData("students.csv", "siyuan.chen@students.example.org", "\"siyuan.chen@students.example.org\nBcc: x@example.org\"", 3, "email", "siyuan.chen@students.example.org\nBcc: x@example.org", "import.email")]
    [InlineData("students.csv", "latin_name", "pinyin", 1, "pinyin", "pinyin", "import.unknown-column")]
    [InlineData("hosts.csv", "helene.vasseur@labs.example.org;fr;0;1", "helene.vasseur@labs.example.org;fr;-1;1", 2, "min", "-1", "import.number")]
    [InlineData("hosts.csv", "helene.vasseur@labs.example.org;fr;0;1", "helene.vasseur@labs.example.org;fr;2;1", 2, "min", "2", "import.min-over-max")]
    [InlineData("offers.csv", "LCB-1;LCB;", "LCB-1;NOWHERE;", 2, "host", "NOWHERE", "import.unknown")]
    [InlineData("offers.csv", "2027-01-11;2027-06-30", "2027-01-11;2026-06-30", 2, "ends_on", "2026-06-30", "import.dates")]
    [InlineData("rankings.csv", "M01;1;IGS-1", "M01;1;IGS-99", 2, "offer", "IGS-99", "import.unknown")]
    [InlineData("rankings.csv", "M01;1;IGS-1", "M99;1;IGS-1", 2, "student", "M99", "import.unknown")]
    [InlineData("rankings.csv", "M01;1;IGS-1", "M01;0;IGS-1", 2, "rank", "0", "import.rank")]
    public async Task Names_file_line_column_and_value_and_writes_nothing(string file, string right, string wrong, int line, string column, string value, string code)
    {
        var campaign = await SampleCampaign.CreateAsync(host);

        var report = await campaign.ImportAsync(host, Change(await campaign.FilesAsync(), file, text => ReplaceOnce(text, right, wrong)));

        report.Problems.Should().Contain(problem => problem.File == file && problem.Line == line && problem.Column == column && problem.Value == value && problem.Code == code);
        report.Changed.Should().Be(0);
        (await CountsAsync()).Should().Be(default((int, int, int, int)));
    }

    [Fact]
    public async Task Tells_every_problem_of_every_file_at_once()
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = Change(await campaign.FilesAsync(), "students.csv", text => ReplaceOnce(text, "siyuan.chen@students.example.org", "siyuan"));
        files = Change(files, "offers.csv", text => ReplaceOnce(text, "LCB-1;LCB;", "LCB-1;NOWHERE;"));

        var report = await campaign.ImportAsync(host, Change(files, "rankings.csv", text => ReplaceOnce(text, "M01;1;IGS-1", "M01;1;IGS-99")));

        report.Problems.Select(problem => problem.File).Distinct().Should().BeEquivalentTo("students.csv", "offers.csv", "rankings.csv");
    }

    [Fact]
    public async Task Refuses_more_students_than_the_campaign_may_have()
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = Change(await campaign.FilesAsync(), "students.csv", text => text.TrimEnd() + "\nM21;Étudiant de trop;;m21@students.example.org;fr;life-sciences;\n");

        var report = await campaign.ImportAsync(host, files);

        report.Problems.Should().ContainSingle().Which.Should().Be(new ImportProblem("students.csv", 0, "", "21", "import.over-limit", "20"));
    }

    [Fact]
    public async Task What_a_head_declared_and_a_student_submitted_since_is_kept_and_said()
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = await campaign.FilesAsync();
        await campaign.ImportAsync(host, files);
        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.DoAsync<PlacementDb, int>(async db =>
        {
            var now = host.Clock.GetUtcNow();
            var lab = await db.Hosts.SingleAsync(h => h.Code == "LCB");
            var declaration = await db.Declarations.SingleAsync(d => d.Host == lab.Id);
            declaration.Declare(declaration.Declared! with { Max = 5 }, declaration.Version, lab.Head, now).Value(); // not null: imported
            var student = await db.Students.SingleAsync(s => s.Code == "M01");
            var ranking = await db.Rankings.SingleAsync(r => r.Student == student.Id);
            ranking.TakeIn(new([.. ranking.Draft.Groups.Reverse()]), now);
            return await db.SaveChangesAsync();
        });
        var list = await ListAsync("M01");
        files = Change(files, "students.csv", text => ReplaceOnce(text, ";16.43", ";16.44"));

        var again = await campaign.ImportAsync(host, files);

        again.Problems.Should().BeEmpty();
        again.Changed.Should().BePositive("a score is new");
        again.Kept.Should().BeEquivalentTo("LCB", "M01");
        (await host.ReadAsync(async db => (await db.Declarations.SingleAsync(d => d.Host == db.Hosts.Single(h => h.Code == "LCB").Id)).Declared!.Max)).Should().Be(5); // not null: declared
        (await ListAsync("M01")).Should().Be(list);
    }

    [Fact]
    public async Task A_corrected_file_replaces_what_an_import_said_and_those_concerned_are_told()
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = await campaign.FilesAsync();
        await campaign.ImportAsync(host, files);
        var silent = await host.ReadAsync(db => db.Outbox.CountAsync());
        host.Clock.Advance(TimeSpan.FromDays(1));

        var again = await campaign.ImportAsync(host, Change(files, "hosts.csv", text => ReplaceOnce(text, "helene.vasseur@labs.example.org;fr;0;1", "helene.vasseur@labs.example.org;fr;0;3")));

        again.Kept.Should().BeEmpty();
        silent.Should().Be(0, "a first import says nothing to anybody");
        (await host.ReadAsync(db => db.Outbox.Select(l => l.Kind).ToListAsync())).Should().Contain(LetterKind.DeclarationReceipt);
    }

    [Fact]
    public async Task A_corrected_address_is_the_same_persons()
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = await campaign.FilesAsync();
        await campaign.ImportAsync(host, files);
        var before = await host.ReadAsync(db => db.People.CountAsync());

        var again = await campaign.ImportAsync(host, Change(files, "students.csv", text => ReplaceOnce(text, "siyuan.chen@students.example.org", "s.chen@students.example.org")));
        var taken = await campaign.ImportAsync(host, Change(files, "students.csv", text => ReplaceOnce(text, "siyuan.chen@students.example.org", "helene.vasseur@labs.example.org")));

        again.Problems.Should().BeEmpty();
        var student = await host.ReadAsync(async db => await db.People.SingleAsync(p => p.Id == db.Students.Single(s => s.Code == "M02").Person));
        student.Email.Value.Should().Be("s.chen@students.example.org");
        (await host.ReadAsync(db => db.People.CountAsync())).Should().Be(before);
        taken.Problems.Should().ContainSingle().Which.Code.Should().Be("import.address-taken");
    }

    [Theory]
    [InlineData(false, Language.French)]
    [InlineData(true, Language.English)]
    public async Task A_corrected_language_is_taken_in_unless_the_person_chose_one(bool chose, Language language)
    {
        var campaign = await SampleCampaign.CreateAsync(host);
        var files = await campaign.FilesAsync();
        await campaign.ImportAsync(host, files);
        var address = EmailAddress.Create("siyuan.chen@students.example.org");
        var person = (await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Email == address))).Id;
        if (chose)
        {
            await host.DoAsync<ChooseLanguage>(choose => choose.HandleAsync(person, Language.English, CancellationToken.None));
        }

        var again = await campaign.ImportAsync(host, Change(files, "students.csv", text => ReplaceOnce(text, "siyuan.chen@students.example.org;zh", "siyuan.chen@students.example.org;fr")));

        again.Problems.Should().BeEmpty();
        (await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person))).Language.Should().Be(language);
    }

    [Theory]
    [InlineData("")]
    [InlineData("id\n\"unclosed")]
    [InlineData("\0\u0001\u0002")]
    [InlineData("M01;1\nM02;2;3;4")]
    public async Task Refuses_a_file_that_is_no_such_table(string content)
    {
        var campaign = await SampleCampaign.CreateAsync(host);

        var report = await campaign.ImportAsync(host, Change(await campaign.FilesAsync(), "rankings.csv", _ => content));

        report.Problems.Should().Contain(problem => problem.File == "rankings.csv");
        (await CountsAsync()).Students.Should().Be(0);
    }

    private Task<string> ListAsync(string code) =>
        host.ReadAsync(async db => (await db.Rankings.AsNoTracking().SingleAsync(r => r.Student == db.Students.Single(s => s.Code == code).Id)).Submitted!.Choices.ToText()); // not null: imported

    private async Task<(int Students, int Hosts, int Offers, int Lists)> CountsAsync() => await host.ReadAsync(async db =>
        (await db.Students.CountAsync(), await db.Hosts.CountAsync(), await db.Offers.CountAsync(), (await db.Rankings.AsNoTracking().ToListAsync()).Count(ranking => ranking.Submitted is { Choices.Count: > 0 })));

    private static CampaignFiles Each(CampaignFiles files, Func<string, byte[]> change) => new(
        change(Encoding.UTF8.GetString(files.Students)),
        change(Encoding.UTF8.GetString(files.Hosts)),
        change(Encoding.UTF8.GetString(files.Offers)),
        change(Encoding.UTF8.GetString(files.Rankings)));

    private static CampaignFiles Change(CampaignFiles files, string file, Func<string, string> change) => file switch
    {
        "students.csv" => files with { Students = Apply(files.Students, change) },
        "hosts.csv" => files with { Hosts = Apply(files.Hosts, change) },
        "offers.csv" => files with { Offers = Apply(files.Offers, change) },
        _ => files with { Rankings = Apply(files.Rankings, change) },
    };

    private static byte[] Apply(byte[] content, Func<string, string> change) => Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(content)));

    private static string ReplaceOnce(string text, string right, string wrong)
    {
        var at = text.IndexOf(right, StringComparison.Ordinal);
        at.Should().BeGreaterThanOrEqualTo(0, $"the sample holds {right}");
        return text[..at] + wrong + text[(at + right.Length)..];
    }

    private static string Commas(string text) => string.Join('\n', text.Split('\n').Select(line => string.Join(',', line.Split(';').Select(field => field.Contains(',', StringComparison.Ordinal) ? $"\"{field}\"" : field))));
}
