using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Tests.Platform;

/// <summary>One context serves one request after another: what one leaves behind is nothing to the next.</summary>
public sealed class ContextPoolTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("placement-pool-").FullName;
    private readonly ServiceProvider services;

    public ContextPoolTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"{StorageOptions.Section}:{nameof(StorageOptions.Folder)}", folder)]).Build();
        services = new ServiceCollection().AddPersistence(configuration).BuildServiceProvider();
    }

    public void Dispose()
    {
        services.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Work_that_failed_after_its_save_is_undone_whole_and_the_context_writes_again()
    {
        await services.MigrateAsync(CancellationToken.None);

        var failing = () => InScopeAsync(db => db.WriteAsync<int>(
            async token =>
            {
                db.Add(Programme("lost"));
                await db.SaveChangesAsync(token);
                throw new InvalidOperationException("after the save");
            },
            CancellationToken.None));
        await failing.Should().ThrowAsync<InvalidOperationException>().WithMessage("after the save");
        await InScopeAsync(db => SaveAsync(db, "kept"));

        (await InScopeAsync(db => db.Programmes.Select(p => p.Code).ToListAsync())).Should().Equal("kept");
    }

    [Fact]
    public async Task A_save_of_which_one_row_is_refused_keeps_none()
    {
        await services.MigrateAsync(CancellationToken.None);
        await InScopeAsync(db => SaveAsync(db, "kept"));

        var failing = () => InScopeAsync(db => SaveAsync(db, "another", "kept"));

        await failing.Should().ThrowAsync<DbUpdateException>();
        (await InScopeAsync(db => db.Programmes.Select(p => p.Code).ToListAsync())).Should().Equal("kept");
    }

    [Fact]
    public async Task What_a_request_never_saved_is_not_saved_by_the_next()
    {
        await services.MigrateAsync(CancellationToken.None);
        var first = await InScopeAsync(db =>
        {
            db.Add(Programme("forgotten"));
            return Task.FromResult(db);
        });

        var second = await InScopeAsync(async db =>
        {
            await SaveAsync(db, "kept");
            return db;
        });

        second.Should().BeSameAs(first, "else this test says nothing");
        (await InScopeAsync(db => db.Programmes.Select(p => p.Code).ToListAsync())).Should().Equal("kept");
    }

    [Fact]
    public async Task The_connection_stays_open_while_a_request_lasts_and_every_request_has_the_settings_that_make_a_commit_last()
    {
        await services.MigrateAsync(CancellationToken.None);
        var first = await LookAsync();

        var second = await LookAsync();

        first.Should().Be(second);
        second.Should().Be((ConnectionState.Open, 2, 1), "FULL (2) waits for the disk");
    }

    private static Programme Programme(string code) => new(code, new("Microbiologie", "微生物学", "Microbiology"));

    private static Task<int> SaveAsync(PlacementDb db, params string[] codes)
    {
        db.AddRange(codes.Select(Programme));
        return db.SaveChangesAsync(CancellationToken.None);
    }

    private Task<(ConnectionState AfterQuery, int Synchronous, int ForeignKeys)> LookAsync() => InScopeAsync(async db =>
    {
        var synchronous = await db.Database.SqlQuery<int>($"SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync();
        var foreignKeys = await db.Database.SqlQuery<int>($"SELECT foreign_keys AS Value FROM pragma_foreign_keys").SingleAsync();
        return (db.Database.GetDbConnection().State, synchronous, foreignKeys);
    });

    private async Task<T> InScopeAsync<T>(Func<PlacementDb, Task<T>> work)
    {
        await using var scope = services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<PlacementDb>());
    }
}
