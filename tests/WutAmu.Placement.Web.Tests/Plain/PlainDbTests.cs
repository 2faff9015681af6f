using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Plain;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Plain;

/// <summary>Rows read and written without EF Core are the same rows, and nobody's error or absence costs another a save.</summary>
public sealed class PlainDbTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, 123, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("placement-plain-").FullName;
    private readonly ServiceProvider services;
    private readonly PlainDb plain;
    private readonly WriteGate gate;

    public PlainDbTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"{StorageOptions.Section}:{nameof(StorageOptions.Folder)}", folder)]).Build();
        services = new ServiceCollection().AddPersistence(configuration).BuildServiceProvider();
        plain = services.GetRequiredService<PlainDb>();
        gate = services.GetRequiredService<WriteGate>();
    }

    public Task InitializeAsync() => services.MigrateAsync(CancellationToken.None);

    public Task DisposeAsync()
    {
        services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_is_read_is_what_EF_Core_reads()
    {
        var world = await FillAsync();

        var campaign = plain.Read(rows => rows.Find<Campaign>(nameof(Campaign.Id), world.Campaign));
        var student = plain.Read(rows => rows.Find<Student>(nameof(Student.Campaign), world.Campaign, nameof(Student.Person), world.Person));
        var ranking = plain.Read(rows => rows.Find<Ranking>(nameof(Ranking.Student), world.Student));
        var offer = plain.Read(rows => rows.Find<Offer>(nameof(Offer.Id), world.Offers[1]));
        var person = plain.Read(rows => rows.Find<Person>(nameof(Person.Id), world.Person));
        var session = plain.Read(rows => rows.Find<Session>(nameof(Session.SecretHash), "hash"));

        campaign.Should().BeEquivalentTo(await ReadAsync(db => db.Campaigns.SingleAsync()));
        student.Should().BeEquivalentTo(await ReadAsync(db => db.Students.SingleAsync()));
        ranking.Should().BeEquivalentTo(await ReadAsync(db => db.Rankings.SingleAsync()));
        offer.Should().BeEquivalentTo(await ReadAsync(db => db.Offers.SingleAsync(o => o.Id == world.Offers[1])));
        person.Should().BeEquivalentTo(await ReadAsync(db => db.People.SingleAsync(p => p.Id == world.Person)));
        session.Should().BeEquivalentTo(await ReadAsync(db => db.Sessions.SingleAsync()));
        ranking!.Versions.Should().HaveCount(2, "else this test says nothing of what a list owns");
        ranking.Past.Should().NotBeEmpty();
        ranking.Future.Should().NotBeEmpty();
    }

    [Fact]
    public async Task What_is_written_is_what_EF_Core_reads()
    {
        var world = await FillAsync();
        var other = new Student(StudentId.New(Noon), world.Campaign, world.Coordinator, "s2", "microbiology", 12.5);

        var (ranking, student, session) = await plain.WriteAsync(
            rows =>
            {
                var list = rows.Find<Ranking>(nameof(Ranking.Student), world.Student)!;
                var campaign = rows.Find<Campaign>(nameof(Campaign.Id), world.Campaign)!;
                list.SaveDraft(List(world.Offers[2], world.Offers[0]), new Dictionary<OfferId, string> { [world.Offers[2]] = "安静" }, new(Guid.NewGuid(), list.Version), campaign, new HashSet<OfferId>(), Noon.AddMinutes(1)).Value();
                var own = rows.Find<Student>(nameof(Student.Id), world.Student)!;
                own.Motivate("Parce que");
                own.Withdraw(Noon);
                var seen = rows.Find<Session>(nameof(Session.SecretHash), "hash")!;
                seen.See(Noon.AddHours(1)).Should().BeTrue();
                rows.Update(list);
                rows.Update(own);
                rows.Update(seen);
                rows.Insert(other);
                return (list, own, seen);
            },
            CancellationToken.None);

        (await ReadAsync(db => db.Rankings.SingleAsync())).Should().BeEquivalentTo(ranking);
        (await ReadAsync(db => db.Students.SingleAsync(s => s.Id == world.Student))).Should().BeEquivalentTo(student);
        (await ReadAsync(db => db.Sessions.SingleAsync())).Should().BeEquivalentTo(session);
        (await ReadAsync(db => db.Students.SingleAsync(s => s.Id == other.Id))).Should().BeEquivalentTo(other);
        ranking.Version.Should().Be(6, "else nothing was written");
    }

    [Fact]
    public async Task A_read_is_of_one_instant()
    {
        var world = await FillAsync();

        var (before, during) = plain.Read(rows =>
        {
            var first = rows.Find<Student>(nameof(Student.Id), world.Student)!.Version;
            // On a thread of its own: this one may not wait within a read.
            Task.Run(() => plain.WriteAsync(Motivate(world.Student, "later"), CancellationToken.None)).GetAwaiter().GetResult();
            return (first, rows.Find<Student>(nameof(Student.Id), world.Student)!.Version);
        });

        during.Should().Be(before);
        plain.Read(rows => rows.Find<Student>(nameof(Student.Id), world.Student))!.Version.Should().Be(before + 1);
    }

    [Fact]
    public async Task Writes_that_wait_share_a_commit_and_the_error_of_one_undoes_its_own_work_alone()
    {
        var (seenOutside, commits) = (-1, gate.Latency.Commits);
        var passage = await gate.EnterAsync(CancellationToken.None, counted: false);
        var first = plain.WriteAsync(Add("first"), CancellationToken.None);
        var failing = plain.WriteAsync<int>(
            rows =>
            {
                rows.Insert(Named("undone"));
                throw new InvalidOperationException("mine");
            },
            CancellationToken.None);
        var third = plain.WriteAsync(
            rows =>
            {
                seenOutside = plain.Read(outside => outside.Find<Programme>(nameof(Programme.Code), "first") is null ? 0 : 1);
                return Add("third")(rows);
            },
            CancellationToken.None);
        var waited = !first.IsCompleted;
        passage.Dispose();

        await first;
        await third;
        await failing.Awaiting(one => one).Should().ThrowAsync<InvalidOperationException>().WithMessage("mine");

        waited.Should().BeTrue("all writers pass the gate");
        seenOutside.Should().Be(0, "what was first is not committed before the third has run");
        (await CodesAsync()).Should().Equal("first", "third");
        gate.Latency.Percentile(0.99).Count.Should().Be(2, "health counts what was kept");
        (gate.Latency.Commits - commits).Should().Be(1, "they shared it");
    }

    [Fact]
    public async Task Where_SQLite_rolls_all_back_nobody_who_shared_it_is_told_that_it_was_kept_and_the_next_writes_go_on()
    {
        await plain.WriteAsync(Add("there"), CancellationToken.None);
        var passage = await gate.EnterAsync(CancellationToken.None);
        var first = plain.WriteAsync(Add("lost"), CancellationToken.None);
        var breaking = plain.WriteAsync(
            rows =>
            {
                rows.Execute("INSERT OR ROLLBACK INTO \"Programmes\" (\"Code\", \"Name\") VALUES ('there', '{}')");
                return 0;
            },
            CancellationToken.None);
        var after = plain.WriteAsync(Add("after"), CancellationToken.None);
        passage.Dispose();

        await first.Awaiting(one => one).Should().ThrowAsync<SqliteException>();
        await breaking.Awaiting(one => one).Should().ThrowAsync<SqliteException>();
        await after;

        (await CodesAsync()).Should().Equal("after", "there");
    }

    [Fact]
    public async Task A_write_that_nobody_waits_for_any_more_is_not_begun()
    {
        using var gone = new CancellationTokenSource();
        var passage = await gate.EnterAsync(CancellationToken.None);
        var left = plain.WriteAsync(Add("left"), gone.Token);
        var stayed = plain.WriteAsync(Add("stayed"), CancellationToken.None);
        await gone.CancelAsync();
        passage.Dispose();

        await stayed;
        await left.Awaiting(one => one).Should().ThrowAsync<OperationCanceledException>();

        (await CodesAsync()).Should().Equal("stayed");
    }

    [Fact]
    public async Task A_write_alone_that_fails_is_undone_and_waits_for_the_disk_when_it_does_not()
    {
        var failing = () => plain.WriteAsync<int>(
            rows =>
            {
                rows.Insert(Named("undone"));
                throw new InvalidOperationException("mine");
            },
            CancellationToken.None);

        await failing.Should().ThrowAsync<InvalidOperationException>();
        await plain.WriteAsync(Add("kept"), CancellationToken.None);

        (await CodesAsync()).Should().Equal("kept");
        (await plain.WriteAsync(rows => (rows.Number("PRAGMA synchronous"), rows.Number("PRAGMA foreign_keys")), CancellationToken.None)).Should().Be((2L, 1L), "FULL (2) waits for the disk");
    }

    [Fact]
    public async Task What_is_told_to_be_kept_while_the_service_stops_is_kept_and_nothing_else_is()
    {
        var passage = await gate.EnterAsync(CancellationToken.None);
        var waiting = plain.WriteAsync(Add("late"), CancellationToken.None);
        var disposed = Task.Run(plain.Dispose);
        passage.Dispose();

        await disposed;
        var words = await Record.ExceptionAsync(() => waiting);

        (await CodesAsync()).Should().BeEquivalentTo(words is null ? ["late"] : Array.Empty<string>());
        await plain.Awaiting(one => one.WriteAsync(Add("never"), CancellationToken.None)).Should().ThrowAsync<ObjectDisposedException>();
    }

    private static Func<PlainRows, int> Add(string code) => rows =>
    {
        rows.Insert(Named(code));
        return 0;
    };

    private static Func<PlainRows, int> Motivate(StudentId student, string words) => rows =>
    {
        var found = rows.Find<Student>(nameof(Student.Id), student)!;
        found.Motivate(words);
        rows.Update(found);
        return found.Version;
    };

    private static Programme Named(string code) => new(code, new("Microbiologie", "微生物学", "Microbiology"));

    private static RankedChoices List(params OfferId[] offers) => new([.. offers.Select(offer => ImmutableArray.Create(offer))]);

    private Task<List<string>> CodesAsync() => ReadAsync(db => db.Programmes.OrderBy(p => p.Code).Select(p => p.Code).ToListAsync());

    private async Task<T> ReadAsync<T>(Func<PlacementDb, Task<T>> read)
    {
        await using var scope = services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<PlacementDb>());
    }

    private async Task<World> FillAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var coordinator = new Person(PersonId.New(Noon), "Coordinator", null, EmailAddress.Create("c@institute.example.org"), Language.French, Roles.Coordinator | Roles.Operator);
        var person = new Person(PersonId.New(Noon), "郭天佑", "Tianyou Guo", EmailAddress.Create("s1@wut.example.org"), Language.SimplifiedChinese, Roles.None);
        person.ChangeSecondAddress(EmailAddress.Create("s1@home.example.org"));
        var campaign = new Campaign(CampaignId.New(Noon), Track.MasterInternship, "2026-2027", PolicyName.Default.Name, "seed");
        campaign.SetRules(PolicyName.Default.Name, "seed", 20, 4, tiesAllowed: true, overlap: true, hostsRank: true).Value();
        campaign.Schedule(Noon.AddDays(1), Noon.AddDays(2), null).Value();
        campaign.MoveTo(CampaignState.Declaring).Value();
        campaign.MoveTo(CampaignState.Ranking).Value();
        campaign.AcceptItems(["no-list"], "known");
        var host = new Host(HostId.New(Noon), Track.MasterInternship, "A", "Laboratory A", coordinator.Id);
        var offers = Enumerable.Range(1, 3).Select(i =>
        {
            var offer = new Offer(OfferId.New(Noon), campaign.Id, host.Id, $"A-{i}", new($"Sujet {i}", null, null));
            offer.Update(new($"A-{i}", new($"Sujet {i}", $"课题 {i}", null), i == 2 ? new("Étude", null, null) : null, null, null, 1, 3, Opening.IfOpen, i == 2 ? ["microbiology"] : null, new(2027, 1, 11), new(2027, 6, 30), ["fr", "en"], i == 2), null);
            return offer;
        }).ToArray();
        var student = new Student(StudentId.New(Noon), campaign.Id, person.Id, "s1", "microbiology", null);
        var ranking = new Ranking(RankingId.New(Noon), campaign.Id, student.Id);
        ranking.TakeIn(List(offers[0].Id), Noon);
        ranking.TakeIn(new([[offers[1].Id, offers[2].Id], [offers[0].Id]]), Noon);
        Save(ranking, campaign, List(offers[2].Id, offers[0].Id, offers[1].Id));
        Save(ranking, campaign, ranking.Past[^1]);
        Save(ranking, campaign, ranking.Draft, new() { [offers[0].Id] = "a\nnote" });
        var session = new Session(SessionId.New(Noon), person.Id, SessionKind.Student, SignInMethod.Mail, "hash", "Firefox", "192.0.2", Noon);
        db.AddRange(coordinator, person, campaign, host, student, ranking, session);
        db.AddRange(offers.AsEnumerable());
        await db.SaveChangesAsync();
        return new(campaign.Id, coordinator.Id, person.Id, student.Id, [.. offers.Select(offer => offer.Id)]);
    }

    private static void Save(Ranking ranking, Campaign campaign, RankedChoices list, Dictionary<OfferId, string>? notes = null) =>
        ranking.SaveDraft(list, notes ?? [], new(Guid.NewGuid(), ranking.Version), campaign, new HashSet<OfferId>(), Noon).Value();

    private sealed record World(CampaignId Campaign, PersonId Coordinator, PersonId Person, StudentId Student, OfferId[] Offers);
}
