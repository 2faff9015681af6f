using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>The draft as it would be declared: what it changes, and how many students would be told.</summary>
public sealed class CheckModel(PlacementDb db, DeclareCapacity declare, CapacityLetters letters, CapacityWords words, Speech speech) : HostPage(db)
{
    public CapacityWords Words => words;

    public CapacityDiff Diff { get; private set; } = null!; // set before the page is drawn

    public int Told { get; private set; }

    /// <summary>A sentence; null: nothing to correct.</summary>
    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await StartAsync(cancellationToken) ?? Page();

    public async Task<IActionResult> OnPostAsync(int version, bool sure, string? reason, CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (!sure)
        {
            return await RefuseAsync(speech["problem.declaration.sure"], StatusCodes.Status400BadRequest, cancellationToken);
        }

        var declared = await declare.HandleAsync(CampaignId, HostId, version, User.PersonId(), reason, cancellationToken);
        if (declared.TryGet(out var number, out var problem))
        {
            TempData["Done"] = speech["capacity.done", number];
            return LocalRedirect($"{Root}/Versions/{number}");
        }

        var status = problem.Code switch
        {
            "declaration.stale" => StatusCodes.Status409Conflict,
            "declaration.closed" => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status400BadRequest,
        };
        return await RefuseAsync(speech.Of(problem), status, cancellationToken);
    }

    private async Task<IActionResult> RefuseAsync(string sentence, int status, CancellationToken cancellationToken)
    {
        if (await StartAsync(cancellationToken) is { } end)
        {
            TempData["Problem"] = sentence;
            return end;
        }

        Problem = sentence;
        Response.StatusCode = status;
        ModelState.Clear();
        return Page();
    }

    private async Task<IActionResult?> StartAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (Declaration?.Draft is not { } draft)
        {
            return LocalRedirect(Root);
        }

        await words.LearnAsync(cancellationToken);
        Diff = CapacityDiff.Between(Declaration.Declared, draft);
        Told = (await letters.ConcernedAsync(CampaignId, Diff, cancellationToken)).Count;
        return null;
    }
}
