using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>The outbox: every letter and what became of it.</summary>
[Authorize(Policies.Coordinator)]
public sealed class LettersModel(PlacementDb db, IOptions<MailOptions> mail) : PageModel
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public CampaignId? Campaign { get; set; }

    /// <summary>Page, from 1.</summary>
    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public bool HasMore { get; private set; }

    public bool IsFolder => mail.Value.Host.Length == 0;

    public IReadOnlyList<StateCount> Counts { get; private set; } = [];

    public IReadOnlyList<LetterLine> Letters { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        P = Math.Clamp(P, 1, 10_000);
        var letters = db.Outbox.Where(l => Campaign == null || l.Campaign == Campaign);
        Counts = [.. (await letters.GroupBy(l => l.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken)).OrderBy(c => c.Key).Select(c => new StateCount(c.Key, c.Count))];
        var rows = await letters.OrderByDescending(l => l.CreatedAt).ThenBy(l => l.Id).Skip((P - 1) * PageSize).Take(PageSize + 1)
            .Select(l => new LetterLine(l.Id, l.Kind, l.To, l.Language, l.Subject, l.State, l.ServerWords)).ToListAsync(cancellationToken);
        HasMore = rows.Count > PageSize;
        Letters = [.. rows.Take(PageSize)];
    }

    public sealed record StateCount(LetterState State, int Count);

    public sealed record LetterLine(LetterId Id, LetterKind Kind, EmailAddress To, Language Language, string Subject, LetterState State, string? Words);
}
