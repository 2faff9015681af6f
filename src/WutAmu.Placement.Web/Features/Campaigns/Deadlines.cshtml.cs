using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>The deadlines of a campaign, typed in Marseille's time and shown on both clocks.</summary>
[Authorize(Policies.Coordinator)]
public sealed class DeadlinesModel(PlacementDb db, ScheduleCampaign schedule, DeadlineAudience audience, Speech speech) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    [BindProperty]
    public DeadlineForm Declaration { get; set; } = new();

    [BindProperty]
    public DeadlineForm Ranking { get; set; } = new();

    [BindProperty]
    public DeadlineForm Answer { get; set; } = new();

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>Sentence by field name; the whole form under the empty name.</summary>
    public Dictionary<string, string> Problems { get; } = new(StringComparer.Ordinal);

    /// <summary>How many people a change of a deadline would tell; absent: nobody.</summary>
    public Dictionary<DeadlineKind, int> Told { get; } = [];

    /// <summary>Letters about changed deadlines that have not left, and from when the first does; null: none.</summary>
    public (DateTimeOffset From, int Count)? Telling { get; private set; }

    public async Task<IActionResult> OnGetAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }

        (Declaration, Ranking, Answer) = (DeadlineForm.Of(Campaign.DeclarationDeadline), DeadlineForm.Of(Campaign.RankingDeadline), DeadlineForm.Of(Campaign.AnswerDeadline));
        Version = Campaign.Version;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }

        var declaration = Read(Declaration, nameof(Declaration));
        var ranking = Read(Ranking, nameof(Ranking));
        var answer = Read(Answer, nameof(Answer));
        if (Problems.Count == 0)
        {
            Take(await schedule.HandleAsync(id, Version, new(declaration, ranking, answer), Cleaned(Reason), User.PersonId(), cancellationToken));
        }

        return Answered(id, "deadlines.saved");
    }

    public async Task<IActionResult> OnPostReopenAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }

        var until = Read(Ranking, nameof(Ranking));
        if (Problems.Count == 0)
        {
            Take(until is { } instant
                ? await schedule.ReopenRankingAsync(id, Version, instant, Cleaned(Reason), User.PersonId(), cancellationToken)
                : Problem.On(nameof(Ranking), "deadline.needed"));
        }

        return Answered(id, "deadlines.reopened");
    }

    private static string? Cleaned(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<bool> LoadAsync(CampaignId id, CancellationToken cancellationToken)
    {
        var found = await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        Campaign = found!; // looked at only when found
        if (found is null)
        {
            return false;
        }

        foreach (var kind in Enum.GetValues<DeadlineKind>())
        {
            // A reopened ranking concerns the students again.
            var hears = DeadlineAudience.Hears(found, kind) || (kind == DeadlineKind.Ranking && found.State == CampaignState.Matching);
            if (hears && await audience.OfAsync(id, kind, cancellationToken) is { Count: > 0 } people)
            {
                Told[kind] = people.Count;
            }
        }

        var prefix = TellDeadlines.Prefix(id);
        var waiting = await db.Outbox.Where(l => l.Campaign == id && l.State == LetterState.Queued && l.Key.StartsWith(prefix)).OrderBy(l => l.NextAttemptAt).ThenBy(l => l.Id).Select(l => l.NextAttemptAt).ToListAsync(cancellationToken);
        Telling = waiting is [{ } first, ..] ? (first, waiting.Count) : null;
        return true;
    }

    private DateTimeOffset? Read(DeadlineForm form, string field)
    {
        // What the browser could not have sent by its own date and time fields.
        if (ModelState.Keys.Any(key => key.StartsWith(field + ".", StringComparison.Ordinal) && ModelState[key]?.Errors.Count > 0))
        {
            Problems[field] = speech["problem.deadline.unreadable"];
            return null;
        }

        if (form.Read(field).TryGet(out var typed, out var problem))
        {
            return typed.Instant;
        }

        Problems[field] = speech.Of(problem);
        return null;
    }

    private void Take(Result<Done> outcome)
    {
        if (!outcome.TryGet(out _, out var problem))
        {
            Problems[problem.Field ?? ""] = speech.Of(problem);
        }
    }

    private IActionResult Answered(CampaignId id, string done)
    {
        if (Problems.Count > 0)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return Page();
        }

        TempData["Done"] = speech[done];
        return LocalRedirect($"/Campaigns/{id}/Deadlines");
    }
}
