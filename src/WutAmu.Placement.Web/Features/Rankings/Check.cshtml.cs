using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>The stored draft once more, with what may surprise, before it is submitted. What is submitted is what is shown: a draft saved in between answers 409.</summary>
public sealed class CheckModel(PlacementDb db, SubmitRanking submit, OfferChanges changes, Speech speech, TimeProvider clock) : StudentPage(db, clock)
{
    public IReadOnlyList<RankingRow> Rows { get; private set; } = [];

    public bool AnyOther { get; private set; }

    /// <summary>True if nobody can do better than by their true order under the announced policy, with the minima declared.</summary>
    public bool IsTruthBest { get; private set; }

    public Guid Key { get; private set; }

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        if (!MayRank)
        {
            return LocalRedirect(Root);
        }

        AnyOther = Ranking?.Submitted?.AnyOther ?? Student?.UnrankedAcceptable ?? false;
        await DrawAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(bool anyOther, int version, Guid key, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        var submitted = await submit.HandleAsync(CampaignId, User.PersonId(), anyOther, new(key, version), cancellationToken);
        if (submitted.TryGet(out var number, out var problem))
        {
            TempData["Done"] = speech["list-receipt.done", number];
            return LocalRedirect($"{Root}/Versions/{number}");
        }

        Response.StatusCode = problem.Code switch
        {
            "ranking.stale" => StatusCodes.Status409Conflict,
            "ranking.closed" or "ranking.left" or "ranking.not-student" => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status400BadRequest,
        };
        Problem = problem.Code switch
        {
            "ranking.stale" => speech["check-list.stale"],
            // Nothing stays in force.
            "ranking.closed" when Ranking?.Submitted is null => speech["check-list.too-late"],
            _ => speech.Of(problem),
        };
        AnyOther = anyOther;
        await DrawAsync(cancellationToken);
        return Page();
    }

    private async Task DrawAsync(CancellationToken cancellationToken)
    {
        var listed = Draft.Offers.Select(offer => Offers[offer]).ToList();
        var changed = Ranking?.Submitted is { } submitted
            ? await changes.SinceAsync(CampaignId, submitted.SubmittedAt, listed, speech.Language, cancellationToken)
            : new Dictionary<OfferId, IReadOnlyList<ChangeLine>>();
        Rows = RankingRow.Of(Draft, Offers, changed, _ => null);
        IsTruthBest = PolicyName.TryParse(Campaign.Policy, out var policy) && policy.IsTruthBest(await HasMinimumAsync(cancellationToken));
        Key = Guid.CreateVersion7(Clock.GetUtcNow());
        ModelState.Clear();
    }

    private async Task<bool> HasMinimumAsync(CancellationToken cancellationToken) =>
        await Db.Offers.AnyAsync(offer => offer.Campaign == CampaignId && !offer.Withdrawn && offer.Min > 0, cancellationToken)
        || (await Db.Declarations.AsNoTracking().Where(declaration => declaration.Campaign == CampaignId).ToListAsync(cancellationToken)).Exists(declaration => declaration.Declared is { Min: > 0 });
}
