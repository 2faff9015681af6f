using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Backups;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Privacy;

/// <summary>A coordinator exports and erases a person. What says who it was is gone from every file; what was published can still be counted and checked.</summary>
public sealed class ErasureTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";

    /// <summary>Whatever would give the student away, as it is written somewhere.</summary>
    private static readonly string[] Traces = ["欧阳若曦", "Ruoxi Ouyang", "ouyang.ruoxi@wut.example.org", "ruoxi@mail.example.org", "near-the-harbour", "my-motivation-words", "not-with-this-record", "came-too-late"];

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Nothing_of_the_person_is_left_in_any_file()
    {
        await PublishedAsync();
        await CloseAsync();
        TracesIn(host.Folder).Should().Contain(Traces, "the test must be able to see what it looks for");
        var named = (await host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.TextBody.Contains("欧阳若曦")).Select(l => l.Id).ToListAsync())).Select(id => $"{id.Value:N}.eml").ToList();
        Files().Should().Contain(named, "letters are written as files here, to the student and to the head");

        await EraseAsync();

        TracesIn(host.Folder).Should().BeEmpty();
        named.Should().HaveCountGreaterThan(1);
        Files().Should().NotContain(named, "a letter's file is encoded: nobody sees the name in its bytes").And.NotBeEmpty("letters that name somebody else stay");
        File.Exists(Path.Combine(host.Folder, "erasing")).Should().BeFalse();
    }

    [Fact]
    public async Task What_was_published_still_counts_and_the_run_and_the_journal_can_be_checked()
    {
        var (campaign, run) = await PublishedAsync();
        await CloseAsync();
        var before = await host.ReadAsync(db => db.Placements.AsNoTracking().OrderBy(p => p.Id).Select(p => new { p.Student, p.Offer, p.Rank, p.HostAnswer }).ToListAsync());

        await EraseAsync();

        (await host.ReadAsync(db => db.Placements.AsNoTracking().OrderBy(p => p.Id).Select(p => new { p.Student, p.Offer, p.Rank, p.HostAnswer }).ToListAsync())).Should().Equal(before);
        var ranking = await host.ReadAsync(db => db.Rankings.AsNoTracking().SingleAsync(r => r.Student == campaign.Students["s1"]));
        ranking.Submitted!.Choices.Offers.Should().Equal(campaign.Offers["A-1"], campaign.Offers["A-2"]);
        var solved = await campaign.RunAsync(run);
        InstanceReader.TryRead(solved.InstanceJson, out var instance, out _).Should().BeTrue();
        instance!.Students.Select(s => s.Id).Should().Contain("s1");
        await ChainShouldHoldAsync();
    }

    [Fact]
    public async Task A_reason_that_names_the_person_goes_and_one_that_was_changed_is_noticed()
    {
        await PublishedAsync();
        await CloseAsync();
        var named = await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "test.named"));

        await EraseAsync();

        var after = await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Sequence == named.Sequence));
        (after.Reason, after.IsReasonErased, after.IsIntact(), after.Hash).Should().Be((null, true, true, named.Hash));
        await host.DoAsync<PlacementDb>(db => db.Audit.Where(a => a.Action == "test.other").ExecuteUpdateAsync(set => set.SetProperty(a => a.Reason, "something else")));
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "test.other"))).IsIntact().Should().BeFalse();
    }

    [Fact]
    public async Task Sessions_end_and_letters_that_wait_are_withdrawn_and_none_is_written_any_more()
    {
        var (campaign, _) = await PublishedAsync();
        await CloseAsync();
        using var student = await HostBrowser.SignInAsync(host, "ouyang.ruoxi@wut.example.org");
        var person = await PersonAsync("s1", campaign);
        await QueueAsync(person);

        await EraseAsync();
        await QueueAsync(await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person.Id)));

        await student.OpenAsync("/MyData");
        student.Path.Should().Be("/Accounts/SignIn");
        var letters = await host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Person == person.Id).ToListAsync());
        letters.Where(l => l.Key.StartsWith("test:", StringComparison.Ordinal)).Should().HaveCount(2).And.OnlyContain(l => l.State == LetterState.Recalled);
        letters.Should().OnlyContain(l => l.To.Value.EndsWith("@erased.invalid"));
    }

    [Fact]
    public async Task The_page_says_what_goes_and_what_stays_and_refuses_a_press_without_the_tick()
    {
        var (campaign, _) = await PublishedAsync();
        await CloseAsync();
        var person = await PersonAsync("s1", campaign);
        using var page = await HostBrowser.SignInAsync(host, Coordinator);

        await page.OpenAsync($"/People/{person.Id}/Erase");
        var shown = page.Text;
        await page.Fill("cause", "asked").PressAsync();

        shown.Should().Contain("for at most 30 days").And.Contain("sealed input").And.Contain("Their sessions");
        page.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        page.Text.Should().Contain("Tick the box");
        (await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person.Id))).ErasedAt.Should().BeNull();
    }

    [Fact]
    public async Task Somebody_with_a_place_in_a_campaign_under_way_is_not_erased_and_the_page_says_why()
    {
        var (campaign, _) = await PublishedAsync();
        var person = await PersonAsync("s1", campaign);
        using var page = await HostBrowser.SignInAsync(host, Coordinator);

        await page.OpenAsync($"/People/{person.Id}/Erase");
        var (shown, html) = (page.Text, page.Html);
        await page.Fill("cause", "asked").Fill("sure", "true").PressAsync();

        shown.Should().Contain("takes part in the campaign Master internships 2026-2027 (Published)");
        html.Should().NotContain("name=\"sure\"");
        (await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person.Id))).Name.Should().Be("欧阳若曦");
    }

    [Fact]
    public async Task Heads_and_staff_hand_over_first()
    {
        await SmallCampaign.CreateAsync(host);
        var people = await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync());
        var coordinator = people.Single(p => p.Email.Value == Coordinator);
        var other = await OtherCoordinatorAsync();

        (await EraseAsync(people.Single(p => p.Email.Value == "head-a@amu.example.org").Id, coordinator.Id)).Problem().Should().Be("erase.head");
        (await EraseAsync(other, coordinator.Id)).Problem().Should().Be("erase.staff");
        (await EraseAsync(coordinator.Id, coordinator.Id)).Problem().Should().Be("erase.self");
    }

    [Fact]
    public async Task While_students_still_rank_the_person_leaves_the_campaign()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var student = campaign.Students["s1"];
        var person = await host.ReadAsync(db => db.Students.Where(s => s.Id == student).Select(s => s.Person).SingleAsync());
        var coordinator = await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Name == "Coordinator"));

        (await EraseAsync(person, coordinator.Id)).Problem().Should().BeNull();

        (await host.ReadAsync(db => db.Students.AsNoTracking().SingleAsync(s => s.Id == student))).WithdrawnAt.Should().NotBeNull();
        (await EraseAsync(person, coordinator.Id)).Problem().Should().Be("erase.done");
    }

    [Fact]
    public async Task A_namesake_keeps_their_letters_and_a_name_within_a_longer_one_is_left_alone()
    {
        var (campaign, _) = await PublishedAsync();
        await CloseAsync();
        var (namesake, other) = await host.DoAsync<PlacementDb, (LetterId, LetterId)>(async db =>
        {
            var now = host.Clock.GetUtcNow();
            var same = new Person(PersonId.New(now), "欧阳若曦", null, EmailAddress.Create("namesake@wut.example.org"), Language.SimplifiedChinese, Roles.None);
            var head = await db.People.SingleAsync(p => p.Name == "Head of A");
            var theirs = new OutboxLetter(LetterId.New(now), LetterKind.Notice, null, same, "test:same", new("您好", "欧阳若曦：您好", "<p>欧阳若曦：您好</p>"), now, now);
            var longer = new OutboxLetter(LetterId.New(now), LetterKind.Notice, null, head, "test:longer", new("Hello", "Ruoxi Ouyangson and Ruoxi Ouyang", "<p>Ruoxi Ouyangson and Ruoxi Ouyang</p>"), now, now);
            db.AddRange(same, theirs, longer);
            await db.SaveChangesAsync();
            return (theirs.Id, longer.Id);
        });

        await EraseAsync();

        (await host.LetterAsync(namesake)).TextBody.Should().Be("欧阳若曦：您好");
        (await host.LetterAsync(other)).TextBody.Should().Be("Ruoxi Ouyangson and […]");
        (await PersonAsync("s1", campaign)).Name.Should().StartWith("— ");
    }

    [Fact]
    public async Task A_restored_backup_does_not_bring_the_person_back()
    {
        var first = new MatchingHost { KeepStorage = true };
        await using (first)
        {
            var campaign = await HostCampaign.CreateAsync(first);
            var backup = await first.BackUpAsync();
            var person = await first.ReadAsync(db => db.Students.Where(s => s.Id == campaign.Students["s1"]).Select(s => s.Person).SingleAsync());
            var coordinator = await first.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Name == "Coordinator"));
            (await first.DoAsync<ErasePerson, Result<Done>>(erase => erase.HandleAsync(person, "asked", coordinator.Id, CancellationToken.None))).Value();
            first.LetAnotherStart();
            await first.DisposeAsync();
            BackedUp.Restore(first.Folder, backup.Folder);

            using var second = new MatchingHost { Storage = first.Folder };
            second.CreateClient().Dispose();

            (await second.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person))).ErasedAt.Should().NotBeNull();
            TracesIn(second.Folder, "s1@wut.example.org").Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_coordinator_hands_out_everything_with_what_heads_wrote()
    {
        var (campaign, _) = await PublishedAsync();
        var person = await PersonAsync("s1", campaign);
        using var page = await HostBrowser.SignInAsync(host, Coordinator);

        await page.OpenAsync("/People?q=ouyang");
        var found = page.Html;
        await page.OpenAsync($"/People/{person.Id}");
        await page.PressAsync();

        found.Should().Contain($"/People/{person.Id}").And.NotContain("Student s2");
        using var file = JsonDocument.Parse(page.Text);
        page.Text.Should().ContainAll(Traces).And.NotContain("Student s2");
        file.RootElement.GetProperty("student")[0].GetProperty("notes")[0].GetProperty("offer").GetString().Should().Be("A-1");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "person.exported"))).Subject.Should().Be(person.Id.ToString());
    }

    [Fact]
    public async Task Somebody_who_is_no_coordinator_finds_nobody()
    {
        var (campaign, _) = await PublishedAsync();
        var person = await PersonAsync("s1", campaign);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        foreach (var page in new[] { "/People", $"/People/{person.Id}", $"/People/{person.Id}/Erase" })
        {
            await head.OpenAsync(page);
            head.Status.Should().Be(HttpStatusCode.Forbidden);
            head.Text.Should().NotContain("欧阳若曦");
        }
    }

    /// <summary>A campaign whose student s1 has a name that can be searched for, and wrote and was written about wherever that is possible; published, every letter sent into its file.</summary>
    private async Task<(SmallCampaign Campaign, RunId Run)> PublishedAsync()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await host.DoAsync<PlacementDb>(db => db.Campaigns.ExecuteUpdateAsync(set => set.SetProperty(c => c.HostsRank, true)));
        await campaign.ChangeAsync(async db =>
        {
            var student = await db.Students.SingleAsync(s => s.Id == campaign.Students["s1"]);
            student.Motivate("my-motivation-words");
            var person = await db.People.SingleAsync(p => p.Id == student.Person);
            person.Rename("欧阳若曦", "Ruoxi Ouyang");
            person.ChangeAddress(EmailAddress.Create("ouyang.ruoxi@wut.example.org"));
            person.ChangeSecondAddress(EmailAddress.Create("ruoxi@mail.example.org"));
            var host1 = await db.Hosts.SingleAsync(h => h.Code == "B");
            var ranking = new HostRanking(HostRankingId.New(host.Clock.GetUtcNow()), campaign.Id, host1.Id);
            ranking.Submit(new([], [new(student.Id, "not-with-this-record")]), new HashSet<StudentId> { student.Id }, 0, await db.Campaigns.SingleAsync(c => c.Id == campaign.Id), host1.Head, host.Clock.GetUtcNow()).Value();
            db.Add(ranking);
            db.Audit.Add(new(host.Clock.GetUtcNow(), null, campaign.Id, "test.named", "x", null, "Ruoxi Ouyang asked by telephone"));
            db.Audit.Add(new(host.Clock.GetUtcNow(), null, campaign.Id, "test.other", "x", null, "nobody in particular"));
        });
        await WriteNoteAsync(campaign);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.SendAsync();
        await host.DoAsync<PlacementDb>(db => db.Placements.Where(p => p.Student == campaign.Students["s1"])
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.HostAnswer, Answer.Refused).SetProperty(p => p.HostReason, "came-too-late")));
        var placed = await host.ReadAsync(db => db.Placements.AsNoTracking().SingleAsync(p => p.Student == campaign.Students["s1"]));
        await campaign.ChangeAsync(db =>
        {
            db.Audit.Add(new(host.Clock.GetUtcNow(), null, campaign.Id, "placement.host-answered", placed.Id.ToString(), "Refused", "came-too-late"));
            return Task.CompletedTask;
        });
        return (campaign, run.Id);
    }

    // Saving a note is the student's, before the deadline; here the campaign is past it.
    private Task WriteNoteAsync(SmallCampaign campaign) => host.DoAsync<PlacementDb>(db => db.Rankings.Where(r => r.Student == campaign.Students["s1"]).ExecuteUpdateAsync(set => set.SetProperty(
        r => r.Notes, new Dictionary<string, string> { [campaign.Offers["A-1"].ToString()] = "near-the-harbour" })));

    private Task CloseAsync() => host.DoAsync<PlacementDb>(async db =>
    {
        (await db.Campaigns.SingleAsync()).MoveTo(CampaignState.Closed).Value();
        await db.SaveChangesAsync();
    });

    private async Task EraseAsync()
    {
        var person = await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.LatinName == "Ruoxi Ouyang"));
        using var page = await HostBrowser.SignInAsync(host, Coordinator);
        await page.OpenAsync($"/People/{person.Id}/Erase");
        await page.Fill("cause", "asked").Fill("sure", "true").PressAsync();
        page.Path.Should().Be($"/People/{person.Id}");
        page.Text.Should().Contain("The person’s data is erased.").And.Contain("hold no trace");
    }

    private Task<Result<Done>> EraseAsync(PersonId person, PersonId by) => host.DoAsync<ErasePerson, Result<Done>>(erase => erase.HandleAsync(person, "asked", by, CancellationToken.None));

    private Task<Person> PersonAsync(string student, SmallCampaign campaign) => host.ReadAsync(db =>
        (from one in db.Students.Where(s => s.Id == campaign.Students[student]) join person in db.People.AsNoTracking() on one.Person equals person.Id select person).SingleAsync());

    private Task QueueAsync(Person person) => host.DoAsync<PlacementDb>(async db =>
    {
        var now = host.Clock.GetUtcNow();
        db.Add(new OutboxLetter(LetterId.New(now), LetterKind.Notice, null, person, $"test:{await db.Outbox.CountAsync()}", new("Subject", "Text", "<p>Text</p>"), now, now));
        await db.SaveChangesAsync();
    });

    private Task<PersonId> OtherCoordinatorAsync() => host.DoAsync<PlacementDb, PersonId>(async db =>
    {
        var other = new Person(PersonId.New(host.Clock.GetUtcNow()), "Other", null, EmailAddress.Create("other@institute.example.org"), Language.English, Roles.Coordinator);
        db.Add(other);
        await db.SaveChangesAsync();
        return other.Id;
    });

    private List<string?> Files() => [.. Directory.EnumerateFiles(Path.Combine(host.Folder, "letters")).Select(Path.GetFileName)];

    private async Task ChainShouldHoldAsync()
    {
        var entries = await host.ReadAsync(db => db.Audit.AsNoTracking().OrderBy(a => a.Sequence).ToListAsync());
        entries.Should().OnlyContain(entry => entry.IsIntact());
        entries.Zip(entries.Skip(1)).Should().OnlyContain(pair => pair.Second.PreviousHash == pair.First.Hash && pair.Second.Sequence == pair.First.Sequence + 1);
    }

    /// <summary>Which of the traces stand in the bytes of any file of the folder, backups and what a restore put aside apart.</summary>
    private static IReadOnlyList<string> TracesIn(string folder, params string[] traces)
    {
        // While the service runs: closing its connections would tidy up what it must tidy up itself.
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/backups/", StringComparison.Ordinal) && !file.Contains("/replaced-", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal))
            .Select(ReadShared).ToList();
        return [.. (traces.Length > 0 ? traces : Traces).Where(trace => files.Exists(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace)) >= 0 || bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace.ToLowerInvariant())) >= 0))];
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
