using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Campaigns.Import;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Demo;

/// <summary>Takes the sample campaign through run and publication by the same use cases and jobs as a coordinator's clicks, and prints what happens.</summary>
internal sealed class DriveDemo(IServiceScopeFactory scopes, DemoOptions options, FolderSender folder, IServer server, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            Environment.ExitCode = await DriveAsync(stoppingToken) ? 0 : 1;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // The demonstration's boundary: say what went wrong and end as failed.
            await Console.Error.WriteLineAsync($"The demonstration failed: {e.Message}");
            Environment.ExitCode = 1;
        }

        if (options.Once || Environment.ExitCode != 0)
        {
            lifetime.StopApplication();
        }
        else
        {
            Console.WriteLine("Serving until Ctrl-C.");
        }
    }

    private static T Must<T>(Result<T> result) =>
        result.TryGet(out var value, out var problem) ? value : throw new InvalidOperationException($"{problem.Code} {string.Join(' ', problem.Arguments)}");

    private async Task<bool> DriveAsync(CancellationToken cancellationToken)
    {
        var (campaign, coordinator) = await PrepareAsync(cancellationToken);
        await WithAsync<ImportCampaign, Result<ImportReport>>(async import =>
        {
            var imported = await import.HandleAsync(campaign, await CampaignFiles.ReadFolderAsync(options.Samples, cancellationToken), coordinator, cancellationToken);
            foreach (var problem in Must(imported).Problems)
            {
                throw new InvalidOperationException($"{problem.File}:{problem.Line} {problem.Column} \"{problem.Value}\" {problem.Code} {problem.Detail}");
            }

            Console.WriteLine($"Imported {options.Samples}");
            return imported;
        });
        for (var state = CampaignState.Preparing; state < CampaignState.Matching; state++)
        {
            var from = state;
            Must(await WithAsync<MoveCampaign, Result<Done>>(move => move.HandleAsync(campaign, from, "sample campaign", coordinator, cancellationToken)));
        }

        var run = Must(await WithAsync<StartRun, Result<RunId>>(start => start.HandleAsync(campaign, PolicyName.Default.Name, coordinator, cancellationToken)));
        Console.WriteLine("Run queued; the job server starts the solver ...");
        await UntilAsync(db => db.Runs.AnyAsync(r => r.Id == run && r.State != RunState.Queued && r.State != RunState.Solving, cancellationToken), "the run", cancellationToken);
        var solved = await WithAsync<PlacementDb, Run>(db => db.Runs.AsNoTracking().SingleAsync(r => r.Id == run, cancellationToken));
        if (solved.State != RunState.Verified)
        {
            throw new InvalidOperationException($"The run is {solved.State}: {solved.Failure} {solved.FailureDetail}");
        }

        Must(await WithAsync<PublishRun, Result<PublicationId>>(publish => publish.HandleAsync(run, null, coordinator, cancellationToken)));
        await UntilAsync(async db => !await db.Outbox.AnyAsync(l => l.State == LetterState.Queued || l.State == LetterState.Sending, cancellationToken), "the letters", cancellationToken);
        return await ReportAsync(campaign, solved, cancellationToken);
    }

    private async Task<(CampaignId Campaign, PersonId Coordinator)> PrepareAsync(CancellationToken cancellationToken) =>
        await WithAsync<PlacementDb, (CampaignId, PersonId)>(async db =>
        {
            var now = clock.GetUtcNow();
            if (await db.Campaigns.AnyAsync(cancellationToken))
            {
                throw new InvalidOperationException("The demonstration needs a fresh database.");
            }

            var track = options.Track == "bachelor" ? Track.BachelorStudy : Track.MasterInternship;
            var coordinator = new Person(PersonId.New(now), "Aurore Pennavayre", null, EmailAddress.Create("aurore.pennavayre@institute.example.org"), Language.French, Roles.Coordinator);
            var campaign = new Campaign(CampaignId.New(now), track, "2026-2027", PolicyName.Default.Name, "2026-11-23/marseille");
            campaign.HoldLettersFor(TimeSpan.Zero);
            db.People.Add(coordinator);
            db.Campaigns.Add(campaign);
            await db.SaveChangesAsync(cancellationToken);
            return (campaign.Id, coordinator.Id);
        });

    private async Task<bool> ReportAsync(CampaignId campaign, Run run, CancellationToken cancellationToken)
    {
        if (run.ResultJson is not { } json || !ResultJson.TryRead(json, out var result, out _))
        {
            throw new InvalidOperationException("The run has no result.");
        }

        var names = await WithAsync<PlacementDb, Dictionary<string, string>>(db =>
            (from student in db.Students.Where(s => s.Campaign == campaign)
             join person in db.People on student.Person equals person.Id
             select new { student.Code, person.Name, person.LatinName }).ToDictionaryAsync(s => s.Code, s => $"{s.Name} ({s.LatinName})", StringComparer.Ordinal, cancellationToken));
        Console.WriteLine();
        foreach (var assignment in result.Assignments)
        {
            Console.WriteLine($"  {assignment.Student,-6}{(assignment.Rank is { } rank ? $"choice {rank}" : "off list"),-10}{assignment.Offer,-14}{names[assignment.Student]}");
        }

        foreach (var student in result.Unplaced)
        {
            Console.WriteLine($"  {student,-6}{"no place",-24}{names[student]}");
        }

        var letters = await WithAsync<PlacementDb, List<OutboxLetter>>(db => db.Outbox.AsNoTracking().Where(l => l.Campaign == campaign).ToListAsync(cancellationToken));
        var accepted = letters.Count(l => l is { Kind: LetterKind.StudentResult, State: LetterState.Accepted });
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        Console.WriteLine();
        Console.WriteLine($"Policy    {result.Policy}: {result.Placed} of {names.Count} placed, profile [{string.Join(", ", result.Profile)}], optimal (proven), re-checked by the verifier");
        Console.WriteLine($"Letters   {accepted} to students, {letters.Count(l => l is { Kind: LetterKind.HostResult, State: LetterState.Accepted })} to hosts, written to {folder.Folder} (no mail server is configured)");
        if (!options.Once)
        {
            Console.WriteLine($"Page      {address}/Runs/{run.Id} (sign in as the coordinator)");
        }

        return accepted == names.Count;
    }

    private async Task UntilAsync(Func<PlacementDb, Task<bool>> condition, string what, CancellationToken cancellationToken)
    {
        var end = clock.GetUtcNow() + Patience;
        while (!await WithAsync(condition))
        {
            if (clock.GetUtcNow() > end)
            {
                throw new TimeoutException($"Waited {Patience.TotalMinutes} minutes for {what}.");
            }

            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    private async Task<TResult> WithAsync<TService, TResult>(Func<TService, Task<TResult>> work)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
