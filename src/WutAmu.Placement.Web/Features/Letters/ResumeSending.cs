using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>Letters leave again. What the relay journal knows to be accepted is not sent a second time even then.</summary>
public sealed class ResumeSending(PlacementDb db, LetterBell bell, TimeProvider clock)
{
    /// <returns>Problem <c>sending.not-paused</c>.</returns>
    public async Task<Result<Done>> HandleAsync(PersonId by, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync<Result<Done>>(
            async token =>
            {
                var now = clock.GetUtcNow();
                var state = await db.Sending.SingleAsync(token);
                var (cause, since) = (state.Paused, state.PausedAt);
                if (!state.Resume().TryGet(out _, out var problem))
                {
                    return problem;
                }

                db.Audit.Add(new(now, by, null, "sending.resumed", "sending", $"paused: {cause}, since {since:O}"));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);
        bell.Ring();
        return outcome;
    }

    /// <summary>Does not wait out the pause that trouble with the mail server brought.</summary>
    public async Task TryNowAsync(CancellationToken cancellationToken)
    {
        await db.WriteAsync(
            async token =>
            {
                (await db.Sending.SingleAsync(token)).TryNow(clock.GetUtcNow());
                return await db.SaveChangesAsync(token);
            },
            cancellationToken);
        bell.Ring();
    }
}
