using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>The outbox: every letter and what became of it; whether letters leave at all, and why not.</summary>
[Authorize(Policies.Coordinator)]
public sealed class LettersModel(PlacementDb db, PauseSending pause, ResumeSending resume, Speech speech, IOptions<MailOptions> mail, TimeProvider clock) : PageModel
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public CampaignId? Campaign { get; set; }

    [BindProperty(SupportsGet = true)]
    public LetterState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public LetterKind? Kind { get; set; }

    /// <summary>Part of a name, an address or a subject.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    /// <summary>Page, from 1.</summary>
    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public bool HasMore { get; private set; }

    public bool IsFolder => mail.Value.Host.Length == 0;

    public bool IsFiltered => State is not null || Kind is not null || !string.IsNullOrWhiteSpace(Q);

    public SendingState Sending { get; private set; } = new();

    public string? PausedBy { get; private set; }

    /// <summary>Letters whose time has come and that wait for sending to go on.</summary>
    public int Due { get; private set; }

    public IReadOnlyList<HoldLine> Holds { get; private set; } = [];

    /// <summary>By state, of the campaign shown; the other filters do not count.</summary>
    public IReadOnlyList<StateCount> Counts { get; private set; } = [];

    public IReadOnlyList<LetterLine> Letters { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        P = Math.Clamp(P, 1, 10_000);
        var now = clock.GetUtcNow();
        Sending = await db.Sending.AsNoTracking().SingleAsync(cancellationToken);
        PausedBy = Sending.PausedBy is { } by ? await db.People.Where(p => p.Id == by).Select(p => p.Name).SingleOrDefaultAsync(cancellationToken) : null;
        Due = await db.Outbox.CountAsync(l => l.State == LetterState.Queued && l.NextAttemptAt <= now, cancellationToken);
        Holds = await (
            from publication in db.Publications.Where(p => p.RecalledAt == null && p.LettersFrom > now)
            join campaign in db.Campaigns on publication.Campaign equals campaign.Id
            orderby publication.LettersFrom, publication.Id
            select new HoldLine(publication.Run, campaign.Track, campaign.AcademicYear, publication.LettersFrom)).ToListAsync(cancellationToken);

        var letters = db.Outbox.AsNoTracking().Where(l => Campaign == null || l.Campaign == Campaign);
        Counts = [.. (await letters.GroupBy(l => l.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken)).OrderBy(c => c.Key).Select(c => new StateCount(c.Key, c.Count))];
        var rows = await Search(letters.Where(l => (State == null || l.State == State) && (Kind == null || l.Kind == Kind)))
            .OrderByDescending(l => l.CreatedAt).ThenBy(l => l.Id).Skip((P - 1) * PageSize).Take(PageSize + 1)
            .Select(l => new LetterLine(l.Id, l.Kind, l.ToName, l.To, l.Copy, l.Language, l.Subject, l.State, l.ToState, l.CopyState, l.ServerWords, l.Attempts.Max(a => (int?)a.Attempt) ?? 0, l.Attempts.Any(a => a.Outcome == AttemptOutcome.Unknown), l.NextAttemptAt, l.EndedAt))
            .ToListAsync(cancellationToken);
        HasMore = rows.Count > PageSize;
        Letters = [.. rows.Take(PageSize)];
    }

    public async Task<IActionResult> OnPostPauseAsync(string? reason, CancellationToken cancellationToken) =>
        Answer(await pause.HandleAsync(reason, User.PersonId(), cancellationToken), "letters.paused.done");

    public async Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) =>
        Answer(await resume.HandleAsync(User.PersonId(), cancellationToken), "letters.resumed.done");

    public async Task<IActionResult> OnPostTryAsync(CancellationToken cancellationToken)
    {
        await resume.TryNowAsync(cancellationToken);
        return Answer(default(Done), "letters.try.done");
    }

    /// <summary>This page with another state; the other filters stay.</summary>
    public string Link(LetterState? state)
    {
        var query = new QueryBuilder();
        Add("campaign", Campaign?.ToString());
        Add("state", state?.ToString());
        Add("kind", Kind?.ToString());
        Add("q", Q);
        return "/Letters" + query;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                query.Add(name, value);
            }
        }
    }

    private IQueryable<OutboxLetter> Search(IQueryable<OutboxLetter> letters)
    {
        if (string.IsNullOrWhiteSpace(Q))
        {
            return letters;
        }

        var words = Q.Trim();
        var pattern = "%" + words.Replace("\\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
        // The casts name the columns behind the value objects.
        return letters.Where(l =>
            EF.Functions.Like(l.ToName, pattern, "\\") || EF.Functions.Like(l.Subject, pattern, "\\")
            || EF.Functions.Like((string)(object)l.To, pattern, "\\") || EF.Functions.Like((string)(object)l.Copy!, pattern, "\\"));
    }

    private RedirectResult Answer(Result<Done> outcome, string done)
    {
        if (outcome.TryGet(out _, out var problem))
        {
            TempData["Done"] = speech[done];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return Redirect("/Letters");
    }

    public sealed record StateCount(LetterState State, int Count);

    public sealed record HoldLine(RunId Run, Track Track, string Year, DateTimeOffset Until);

    public sealed record LetterLine(
        LetterId Id,
        LetterKind Kind,
        string Name,
        EmailAddress To,
        EmailAddress? Copy,
        Language Language,
        string Subject,
        LetterState State,
        RecipientState ToState,
        RecipientState? CopyState,
        string? Words,
        int Attempts,
        bool Unanswered,
        DateTimeOffset? Next,
        DateTimeOffset? Ended)
    {
        public bool IsPartial => State == LetterState.Accepted && (ToState != RecipientState.Accepted || (CopyState is { } copy && copy != RecipientState.Accepted));

        public bool MayHaveArrived => State != LetterState.Accepted && Unanswered;
    }
}
