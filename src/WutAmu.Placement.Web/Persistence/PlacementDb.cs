using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>Repository and unit of work. Every write passes <see cref="WriteGate"/>; audit entries take their place in the chain as they are saved.</summary>
public sealed class PlacementDb : DbContext
{
    private WriteGate? gate;
    private bool inWrite;

    /// <summary>For the pool, which hands contexts out again: nothing of a request stays in one. The gate is the application's.</summary>
    public PlacementDb(DbContextOptions<PlacementDb> options)
        : base(options) =>
        // Every save is the whole of its transaction or within one that an error undoes whole: a savepoint before it guards nothing.
        Database.AutoSavepointsEnabled = false;

    internal PlacementDb(DbContextOptions<PlacementDb> options, WriteGate gate)
        : this(options) => this.gate = gate;

    public DbSet<Campaign> Campaigns => Set<Campaign>();

    public DbSet<Programme> Programmes => Set<Programme>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<Student> Students => Set<Student>();

    public DbSet<Domain.Hosts.Host> Hosts => Set<Domain.Hosts.Host>();

    public DbSet<Supervisor> Supervisors => Set<Supervisor>();

    public DbSet<Offer> Offers => Set<Offer>();

    public DbSet<CapacityDeclaration> Declarations => Set<CapacityDeclaration>();

    public DbSet<Ranking> Rankings => Set<Ranking>();

    public DbSet<HostRanking> HostRankings => Set<HostRanking>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunReport> RunReports => Set<RunReport>();

    public DbSet<Publication> Publications => Set<Publication>();

    public DbSet<Domain.Placements.Placement> Placements => Set<Domain.Placements.Placement>();

    public DbSet<OutboxLetter> Outbox => Set<OutboxLetter>();

    /// <summary>One row: whether letters leave.</summary>
    public DbSet<SendingState> Sending => Set<SendingState>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SignInRequest> SignInRequests => Set<SignInRequest>();

    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();

    public DbSet<ExternalAccount> ExternalAccounts => Set<ExternalAccount>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    /// <summary>Runs <paramref name="work"/> as the only writer, in one transaction that begins IMMEDIATE; commits if it returns. For work that must read what it then changes.</summary>
    public async Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (inWrite)
        {
            return await work(cancellationToken);
        }

        using var passage = await (gate ??= this.GetService<WriteGate>()).EnterAsync(cancellationToken);
        inWrite = true;
        try
        {
            await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
            var value = await work(cancellationToken);
            // Past this point the outcome must be known: a cancelled commit would leave it open.
            await transaction.CommitAsync(CancellationToken.None);
            return value;
        }
        finally
        {
            inWrite = false;
        }
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // It has just looked for changes; EF Core would look three times more.
        if (!ChangeTracker.HasChanges())
        {
            return 0;
        }

        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return await WriteAsync(
                async token =>
                {
                    await ChainAuditAsync(token);
                    return await base.SaveChangesAsync(acceptAllChangesOnSuccess, token);
                },
                cancellationToken);
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Use SaveChangesAsync: writes pass the gate.");

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PlacementDb).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();
        configurationBuilder.Properties<EmailAddress>().HaveConversion<EmailConverter>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<TimeSpanToTicksConverter>();
        foreach (var id in typeof(IId<>).Assembly.GetTypes().Where(type => type.IsValueType && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IId<>))))
        {
            configurationBuilder.Properties(id).HaveConversion(typeof(IdConverter<>).MakeGenericType(id));
        }

        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    private async Task ChainAuditAsync(CancellationToken cancellationToken)
    {
        var added = ChangeTracker.Entries<AuditEntry>()
            .Where(entry => entry is { State: EntityState.Added, Entity.Hash: "" })
            .Select(entry => entry.Entity)
            .ToList();
        if (added.Count == 0)
        {
            return;
        }

        var last = await Audit.AsNoTracking()
            .OrderByDescending(entry => entry.Sequence)
            .Select(entry => new { entry.Sequence, entry.Hash })
            .FirstOrDefaultAsync(cancellationToken);
        var (sequence, hash) = (last?.Sequence ?? 0, last?.Hash ?? "");
        foreach (var entry in added)
        {
            entry.Chain(++sequence, hash, InstantConverter.Cut(entry.At));
            hash = entry.Hash;
        }
    }
}
