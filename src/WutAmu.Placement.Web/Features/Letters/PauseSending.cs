using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>No letter but sign-in codes leaves until a coordinator resumes. The one in hand is finished.</summary>
public sealed class PauseSending(PlacementDb db, TimeProvider clock)
{
    /// <returns>Problem <c>sending.paused</c>, <c>sending.reason</c>.</returns>
    public Task<Result<Done>> HandleAsync(string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var now = clock.GetUtcNow();
                var state = await db.Sending.SingleAsync(token);
                if (!state.Pause(reason, by, now).TryGet(out _, out var problem))
                {
                    return problem;
                }

                db.Audit.Add(new(now, by, null, "sending.paused", "sending", null, state.Reason));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);
}
