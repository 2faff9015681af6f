using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>A student's list: every move is a button that posts; the script does the same without loading the page again.</summary>
public sealed class RankingModel(PlacementDb db, SaveRankingDraft save, OfferChanges changes, Speech speech, TimeProvider clock) : StudentPage(db, clock)
{
    [BindProperty]
    public RankingForm Form { get; set; } = new();

    /// <summary>What the page shows: the draft, or what this window sent if it could not be kept.</summary>
    public RankedChoices Shown { get; private set; } = RankedChoices.Empty;

    public IReadOnlyList<RankingRow> Rows { get; private set; } = [];

    /// <summary>After the deadline: what counts, or the draft that was never submitted.</summary>
    public IReadOnlyList<RankingRow> ReadOnlyRows { get; private set; } = [];

    /// <summary>Offers that can be added, by code.</summary>
    public IReadOnlyList<OfferLine> Addable { get; private set; } = [];

    public string? Problem { get; private set; }

    /// <summary>True: another window saved meanwhile; both lists are shown and one is chosen.</summary>
    public bool IsConflict { get; private set; }

    /// <summary>True: the motivation of this window is not the stored one, and the chosen side brings its own.</summary>
    public bool HasTwoMotivations => IsConflict && Campaign.AsksHostsToRank && Form.Motivation is { } mine && mine.ReplaceLineEndings("\n").Trim() != (Student?.Motivation ?? "");

    public IReadOnlyList<RankingRow> StoredRows { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        await DrawAsync(Draft, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? go, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        // A field that is not there is not an empty one: a form that lost its list must not empty the student's.
        if (!RankingForm.IsWhole(Request.Form) || !RankedChoices.TryParse(Form.List, out var sent))
        {
            return BadRequest();
        }

        var list = Form.Apply(sent, go, Ranking, out var moved);
        if (list.Offers.Any(offer => !Offers.ContainsKey(offer)))
        {
            return BadRequest();
        }

        var saved = await SaveAsync(list, Form.Version, Form.Key, cancellationToken);
        if (go == "other" && saved.TryGet(out var kept, out _))
        {
            // This window's list was stored first, so that "redo" brings it back.
            saved = await SaveAsync(Draft, kept.Version, Guid.CreateVersion7(Clock.GetUtcNow()), cancellationToken);
        }

        return saved.TryGet(out var draft, out var problem) ? Saved(draft, list, go, moved) : await RefusedAsync(problem, list, cancellationToken);
    }

    private Task<Result<SavedDraft>> SaveAsync(RankedChoices list, int version, Guid key, CancellationToken cancellationToken) =>
        save.HandleAsync(CampaignId, User.PersonId(), list, Form.ReadNotes(), Request.Form.ContainsKey("Form.Motivation") ? Form.Motivation ?? "" : null, new(key, version), cancellationToken);

    private static JsonResult Saved(SavedDraft draft) => new(new { draft.Version, draft.At });

    private JsonResult Refused(Problem problem) => new(new { problem.Code, Text = speech.Of(problem) }) { StatusCode = StatusOf(problem) };

    internal static int StatusOf(Problem problem) => problem.Code switch
    {
        "ranking.stale" => StatusCodes.Status409Conflict,
        "ranking.closed" or "ranking.left" or "ranking.not-student" => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status400BadRequest,
    };

    private IActionResult Saved(SavedDraft draft, RankedChoices list, string? go, OfferId? moved)
    {
        if (IsScript)
        {
            return Saved(draft);
        }

        if (go == "check")
        {
            return LocalRedirect($"{Root}/Check");
        }

        var code = moved is { } offer && Offers.TryGetValue(offer, out var line) ? line.Code : null;
        TempData["Moved"] = (code, list.RankOf(moved ?? default)) switch
        {
            ({ } name, { } rank) => speech["ranking.moved", name, rank, list.Groups.Length],
            ({ } name, null) => speech["ranking.removed", name],
            _ => null,
        };
        return LocalRedirect(code is not null && list.RankOf(moved ?? default) is not null ? $"{Root}#row-{moved}" : $"{Root}#list");
    }

    private async Task<IActionResult> RefusedAsync(Problem problem, RankedChoices list, CancellationToken cancellationToken)
    {
        if (IsScript)
        {
            return Refused(problem);
        }

        var status = StatusOf(problem);
        Response.StatusCode = status;
        Problem = speech.Of(problem);
        IsConflict = status == StatusCodes.Status409Conflict;
        // Read again: the answer says what is stored now.
        await EnterAsync(coordinators: false, cancellationToken);
        await DrawAsync(MayRank ? list : Draft, cancellationToken);
        return Page();
    }

    private bool IsScript => Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "application/json");

    private async Task DrawAsync(RankedChoices shown, CancellationToken cancellationToken)
    {
        Shown = shown;
        var sent = Form.ReadNotes();
        var since = Ranking?.Submitted?.SubmittedAt;
        var listed = shown.Offers.Concat(Draft.Offers).Concat(Ranking?.Submitted?.Choices.Offers ?? []).Distinct().Where(Offers.ContainsKey).Select(offer => Offers[offer]).ToList();
        var changed = since is { } instant ? await changes.SinceAsync(CampaignId, instant, listed, speech.Language, cancellationToken) : new Dictionary<OfferId, IReadOnlyList<ChangeLine>>();
        Rows = RankingRow.Of(shown, Offers, changed, offer => sent.GetValueOrDefault(offer) ?? Ranking?.NoteOn(offer));
        StoredRows = RankingRow.Of(Draft, Offers, changed, offer => Ranking?.NoteOn(offer));
        ReadOnlyRows = MayRank ? [] : RankingRow.Of(Ranking?.Submitted?.Choices ?? Draft, Offers, changed, offer => Ranking?.NoteOn(offer));
        Addable = [.. Offers.Values.Where(offer => offer.MayBeAdded && shown.RankOf(offer.Id) is null).OrderBy(offer => offer.Code, OfferLine.ByCode).ThenBy(offer => offer.Code, StringComparer.Ordinal)];
        Form.List = shown.ToText();
        Form.Version = Ranking?.Version ?? 0;
        Form.Key = Guid.CreateVersion7(Clock.GetUtcNow());
        Form.Motivation ??= Student?.Motivation;
        ModelState.Clear();
    }
}
