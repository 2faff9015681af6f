using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Keeps the language that somebody signed in chose: pages in any browser and letters follow it from now on.</summary>
public sealed class ChooseLanguage(PlacementDb db, TimeProvider clock)
{
    public Task HandleAsync(PersonId id, Language language, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async stop =>
            {
                var person = await db.People.SingleAsync(p => p.Id == id, stop);
                person.ChooseLanguage(language, clock.GetUtcNow());
                return await db.SaveChangesAsync(stop);
            },
            cancellationToken);
}
