using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>
/// Puts a capacity in force, inside the caller's transaction: the new version, the campaign's offers, the receipt to the head, a letter to each student whose
/// list names what changed, the audit entry. No list is touched.
/// </summary>
public sealed class ReplaceCapacity(PlacementDb db, CapacityLetters letters, LetterBell bell)
{
    /// <param name="reason">Why, where it is not the head who declares; null else.</param>
    /// <returns>The number of the version in force.</returns>
    public async Task<Result<int>> HandleAsync(
        Campaign campaign, Domain.Hosts.Host host, CapacityDeclaration declaration, DeclaredCapacity capacity, int version, PersonId by, string? reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var book = await OfferBook.ReadAsync(db, campaign.Id, cancellationToken);
        if (book.Refuses(capacity, host.Id) is { } taken)
        {
            return taken;
        }

        var diff = CapacityDiff.Between(declaration.Declared, capacity);
        if (!declaration.Declare(capacity, version, by, now).TryGet(out var number, out var problem))
        {
            return problem;
        }

        book.TakeOver(host, capacity, now);
        var told = await letters.ToConcernedAsync(campaign, host, declaration, diff, now, cancellationToken);
        db.Outbox.AddRange(told);
        db.Outbox.Add(await letters.ReceiptAsync(campaign, host, declaration, diff, told.Count, now, cancellationToken));
        var onBehalf = by == host.Head ? "" : ", on behalf";
        db.Audit.Add(new(now, by, campaign.Id, "declaration.declared", declaration.Id.ToString(), $"host {host.Id}, version {number}{onBehalf}, {diff.Changes.Length} changes, {told.Count} students told", reason));
        await db.SaveChangesAsync(cancellationToken);
        bell.Ring();
        return number;
    }
}
