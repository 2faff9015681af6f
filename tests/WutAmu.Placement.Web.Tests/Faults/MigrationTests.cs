using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Faults;

public sealed class MigrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("placement-migration-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_service_killed_while_it_migrated_does_not_keep_the_next_from_starting()
    {
        await using (var db = Open())
        {
            // What EF Core leaves where the process dies between taking its lock and giving it back.
            await db.Database.ExecuteSqlRawAsync(
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES(1, '2026-11-25 03:00:00+00:00');
                """);
        }

        await using var host = new MatchingHost { Storage = folder, KeepStorage = true };
        var starting = Task.Run(() => host.ReadAsync(db => db.Campaigns.CountAsync()));

        (await starting.WaitAsync(TimeSpan.FromMinutes(1))).Should().Be(0, "EF Core itself would wait for ever");
    }

    [Fact]
    public async Task Letters_of_before_keep_what_the_mail_server_had_answered()
    {
        await using (var old = Open())
        {
            await old.GetService<IMigrator>().MigrateAsync("20261124234613_RankingHistory");
            await WriteAsync(old, "accepted", "Accepted", copy: "b@example.org", ["451 later", "250 kept"]);
            await WriteAsync(old, "refused", "Refused", copy: null, ["550 nobody here"]);
            await WriteAsync(old, "queued", "Queued", copy: "b@example.org", ["451 later"]);
            await WriteAsync(old, "given-up", "GivenUp", copy: "b@example.org", ["451 later", "451 later still"]);

            await old.Database.MigrateAsync();
        }

        await using var db = Open();
        var letters = await db.Outbox.AsNoTracking().ToDictionaryAsync(letter => letter.Key);
        letters.ToDictionary(pair => pair.Key, pair => (pair.Value.ToState, pair.Value.CopyState)).Should().BeEquivalentTo(new Dictionary<string, (RecipientState, RecipientState?)>
        {
            ["accepted"] = (RecipientState.Accepted, RecipientState.Accepted),
            ["refused"] = (RecipientState.Refused, null),
            ["queued"] = (RecipientState.Waiting, RecipientState.Waiting),
            ["given-up"] = (RecipientState.GivenUp, RecipientState.GivenUp),
        });
        letters.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value.Attempts.Select(attempt => $"{attempt.Attempt} {attempt.Outcome} {attempt.Words}"))).Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["accepted"] = "1 Temporary 451 later, 2 Accepted 250 kept",
            ["refused"] = "1 Refused 550 nobody here",
            ["queued"] = "1 Temporary 451 later",
            ["given-up"] = "1 Temporary 451 later, 2 Temporary 451 later still",
        });
    }

    private static async Task WriteAsync(PlacementDb db, string key, string state, string? copy, string[] answers)
    {
        var id = Guid.NewGuid().ToString().ToUpperInvariant();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO Outbox(Id, Kind, Person, "To", Copy, ToName, Language, Key, Subject, TextBody, HtmlBody, State, CreatedAt, Version)
            VALUES({id}, 'Notice', {id}, 'a@example.org', {copy}, 'A', 'English', {key}, 'Subject', 'Text', 'Html', {state}, 0, 1)
            """);
        for (var number = 1; number <= answers.Length; number++)
        {
            await db.Database.ExecuteSqlAsync($"""INSERT INTO LetterAttempts(Number, LetterId, At, "To", Words) VALUES({number}, {id}, 0, 'a@example.org', {answers[number - 1]})""");
        }
    }

    private PlacementDb Open()
    {
        var options = new DbContextOptionsBuilder<PlacementDb>();
        PersistenceSetup.Configure(options, Path.Combine(folder, "placement.db"));
        return new(options.Options, new WriteGate());
    }
}
