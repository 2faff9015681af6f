using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

internal static class ErasuresAtStart
{
    /// <summary>Erases again whom a restored backup brought back, and finishes what a killed service began. Called once, before the first request.</summary>
    public static async Task RepeatErasuresAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var due = false;
        var journal = services.GetRequiredService<ErasureJournal>();
        await using (var scope = services.CreateAsyncScope())
        {
            var known = journal.All().Select(line => line.Person).ToHashSet();
            var erased = await scope.ServiceProvider.GetRequiredService<PlacementDb>().People.Where(p => p.ErasedAt != null).Select(p => new { p.Id, p.ErasedAt }).ToListAsync(cancellationToken);
            foreach (var one in erased.Where(one => !known.Contains(one.Id.Value)))
            {
                // The service was killed, or its disk was full, between the two.
                journal.Append(new(one.Id.Value, one.ErasedAt ?? default, null, "asked"));
            }
        }

        foreach (var line in journal.All())
        {
            await using var scope = services.CreateAsyncScope();
            due |= await scope.ServiceProvider.GetRequiredService<ErasePerson>().RepeatAsync(
                PersonId.From(line.Person), line.Cause, line.By is { } by ? PersonId.From(by) : null, cancellationToken);
        }

        var finish = services.GetRequiredService<FinishErasures>();
        if (due || finish.IsDue)
        {
            await finish.ScrubAsync(null, cancellationToken);
        }
    }
}
