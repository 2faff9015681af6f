using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>Takes one letter back that still waits.</summary>
public sealed class WithdrawLetter(PlacementDb db, TimeProvider clock)
{
    /// <returns>Problem <c>letter.left</c>; <c>letter.reason</c> without a reason.</returns>
    public Task<Result<Done>> HandleAsync(LetterId id, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                if (string.IsNullOrWhiteSpace(reason))
                {
                    return Problem.On("reason", "letter.reason");
                }

                var now = clock.GetUtcNow();
                var letter = await db.Outbox.SingleAsync(l => l.Id == id, token);
                if (!letter.Recall(now).TryGet(out _, out var problem))
                {
                    return problem;
                }

                db.Audit.Add(new(now, by, letter.Campaign, "letter.withdrawn", id.ToString(), null, SingleLine.Clean(reason)));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);
}
