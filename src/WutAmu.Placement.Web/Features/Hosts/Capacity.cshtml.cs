using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>A host's capacity in one campaign: the form while declaring is open, what is in force and its history always.</summary>
[RequestFormLimits(ValueCountLimit = 8192)]
public sealed partial class CapacityModel(PlacementDb db, SaveDeclarationDraft save, WithdrawOffer withdraw, CapacityWords words, Speech speech, Texts texts, TimeProvider clock) : HostPage(db)
{
    [BindProperty]
    public CapacityForm Form { get; set; } = new();

    public CapacityWords Words => words;

    public bool MayDeclare { get; private set; }

    /// <summary>Shown because nothing was declared or saved yet; null: the form shows the campaign's own values.</summary>
    public LastYear? Prefilled { get; private set; }

    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    /// <summary>What another window stored meanwhile, and how what is typed here differs from it; null: no conflict.</summary>
    public CapacityDiff? Conflict { get; private set; }

    public IReadOnlyList<(string Code, string Name)> Programmes => words.Programmes(speech.Language);

    private IReadOnlyList<string> ProgrammeCodes => [.. Programmes.Select(p => p.Code)];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await StartAsync(cancellationToken) is { } end)
        {
            return end;
        }

        await FillAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? go, CancellationToken cancellationToken)
    {
        if (await StartAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (go == "discard")
        {
            return await KeepAsync(null, "capacity.discarded", cancellationToken);
        }

        if (go?.StartsWith("remove:", StringComparison.Ordinal) == true)
        {
            Form.Offers.RemoveAll(offer => offer.Code == go["remove:".Length..]);
        }

        if (go == "add" && Form.Offers.Count < CapacityForm.MostOffers)
        {
            Form.Offers.Add(new() { Code = await NextCodeAsync(cancellationToken), Max = "1", Programmes = [.. ProgrammeCodes], Languages = [.. Laboratory.Languages], RestrictedZone = Laboratory.RestrictedZone });
        }

        var problems = new List<Problem>();
        var capacity = Form.Read(ProgrammeCodes, problems);
        if (problems.Count > 0)
        {
            return Refuse(problems, StatusCodes.Status400BadRequest);
        }

        IReadOnlyList<Problem> open = go == "check" ? [.. capacity.Problems(), .. capacity.Contradictions()] : [];
        if (open.Count > 0)
        {
            // What is written is kept all the same; only declaring must wait.
            var kept = await save.HandleAsync(CampaignId, HostId, capacity, Form.Version, User.PersonId(), cancellationToken);
            if (!kept.TryGet(out _, out var refused))
            {
                return await RefuseAsync(refused, capacity, cancellationToken);
            }

            await ReadDeclarationAsync(cancellationToken);
            Form.Version = Declaration?.Version ?? 0;
            return Refuse(open, StatusCodes.Status400BadRequest);
        }

        return go == "check"
            ? await KeepAsync(capacity, null, cancellationToken)
            : await KeepAsync(capacity, go == "add" ? "capacity.added" : "capacity.saved", cancellationToken, go == "add" ? $"#offer-{Form.Offers.Count}" : "");
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string code, string? reason, CancellationToken cancellationToken)
    {
        if (await StartAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (!User.IsCoordinator())
        {
            return StatusCode(StatusCodes.Status403Forbidden);
        }

        var done = await withdraw.HandleAsync(CampaignId, HostId, code, reason, User.PersonId(), cancellationToken);
        if (!done.TryGet(out var number, out var problem))
        {
            TempData["Problem"] = speech.Of(problem);
            return LocalRedirect(Root);
        }

        return LocalRedirect($"{Root}/Versions/{number}");
    }

    /// <summary>Sentences about a field; empty where there is none.</summary>
    public IEnumerable<string> ProblemsAt(string field) => Problems.Where(problem => problem.Field == field).Select(speech.Of);

    /// <summary>Every problem with the field that it is about, named by its offer where there are several fields alike.</summary>
    public IReadOnlyList<(string Field, string Sentence)> Errors() => [.. Problems.Select(problem =>
        OfferField().Match(problem.Field ?? "") is { Success: true } match && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is var at && at < Form.Offers.Count
            ? ($"offer-{at + 1}{FieldId(match.Groups[2].Value)}", Form.Offers[at].Code + speech["capacity.colon"] + speech.Of(problem))
            : (problem.Field?.ToLowerInvariant() ?? "", speech.Of(problem)))];

    /// <summary>True if something about the offer at this place must be corrected.</summary>
    public bool HasProblem(int offer) => Problems.Any(problem => problem.Field?.StartsWith($"Offers[{offer}].", StringComparison.Ordinal) == true);

    private string FieldId(string field) => field switch
    {
        nameof(OfferForm.Code) => "",
        "Title" => "-title-" + speech.Language.Tag(),
        "Description" => "-text-" + speech.Language.Tag(),
        nameof(OfferForm.StartsOn) => "-from",
        nameof(OfferForm.EndsOn) => "-until",
        nameof(OfferForm.SupervisorMax) => "-supervisor-max",
        _ => "-" + field.ToLowerInvariant(),
    };

    [GeneratedRegex(@"^Offers\[(\d{1,6})\]\.(\w+)$")]
    private static partial Regex OfferField();

    private async Task<IActionResult?> StartAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (Declaration is null)
        {
            return NotFound();
        }

        await words.LearnAsync(cancellationToken);
        MayDeclare = IsHead ? Campaign.AcceptsDeclarations(clock.GetUtcNow()) : Campaign.AcceptsDeclarationsOnBehalf;
        return null;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var start = Declaration?.Draft ?? Declaration?.Declared;
        if (start is null)
        {
            Prefilled = await LastYear.ReadAsync(Db, Campaign, HostId, cancellationToken);
            start = Prefilled?.Capacity ?? new DeclaredCapacity(0, null, Opening.IfOpen, ImmutableArray<DeclaredOffer>.Empty);
        }

        Form = CapacityForm.Of(start, ProgrammeCodes, Declaration?.Version ?? 0);
    }

    /// <param name="capacity">Null: drop the draft.</param>
    /// <param name="said">Key of the sentence that says it is done; null: on to the check page.</param>
    private async Task<IActionResult> KeepAsync(DeclaredCapacity? capacity, string? said, CancellationToken cancellationToken, string place = "")
    {
        var kept = await save.HandleAsync(CampaignId, HostId, capacity, Form.Version, User.PersonId(), cancellationToken);
        if (!kept.TryGet(out _, out var problem))
        {
            return await RefuseAsync(problem, capacity, cancellationToken);
        }

        if (said is null)
        {
            return LocalRedirect($"{Root}/Check");
        }

        TempData["Done"] = speech[said, BothClocks.Say(texts, speech.Language, clock.GetUtcNow())];
        return LocalRedirect(Root + place);
    }

    private async Task<IActionResult> RefuseAsync(Problem problem, DeclaredCapacity? capacity, CancellationToken cancellationToken)
    {
        await ReadDeclarationAsync(cancellationToken);
        if (problem.Code != "declaration.stale")
        {
            return Refuse([problem], problem.Code == "declaration.closed" ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest);
        }

        var theirs = Declaration?.Draft ?? Declaration?.Declared;
        if (capacity is null || theirs is null)
        {
            await FillAsync(cancellationToken);
        }
        else
        {
            Conflict = CapacityDiff.Between(theirs, capacity);
            Form.Version = Declaration?.Version ?? 0;
        }

        return Refuse([problem], StatusCodes.Status409Conflict);
    }

    private PageResult Refuse(IReadOnlyList<Problem> problems, int status)
    {
        Problems = problems;
        Response.StatusCode = status;
        // What was typed is shown again with the version that is stored now, not the one that was posted.
        ModelState.Clear();
        return Page();
    }

    private async Task<string> NextCodeAsync(CancellationToken cancellationToken)
    {
        var taken = (await Db.Offers.AsNoTracking().Where(o => o.Campaign == CampaignId).Select(o => o.Code).ToListAsync(cancellationToken)).Concat(Form.Offers.Select(o => o.Code)).ToHashSet(StringComparer.Ordinal);
        var number = 1;
        while (taken.Contains($"{Laboratory.Code}-{number}"))
        {
            number++;
        }

        return $"{Laboratory.Code}-{number}";
    }
}
