using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Asks a run to stop; its worker kills the solver within seconds.</summary>
public sealed class CancelRun(PlacementDb db, TimeProvider clock)
{
    /// <returns>Problem <c>run.finished</c>.</returns>
    public Task<Result<Done>> HandleAsync(RunId id, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async token =>
            {
                var now = clock.GetUtcNow();
                var run = await db.Runs.SingleAsync(r => r.Id == id, token);
                var result = run.RequestCancel(now);
                if (result.TryGet(out _, out _))
                {
                    db.Audit.Add(new(now, by, run.Campaign, "run.cancel-requested", id.ToString()));
                    await db.SaveChangesAsync(token);
                }

                return result;
            },
            cancellationToken);
}
