using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Features.Audit;

/// <summary>The journal: who did what, when and why; and whether it is still as it was written.</summary>
[Authorize(Policies.Coordinator)]
public sealed class JournalModel(PlacementDb db, BackupShelf shelf) : PageModel
{
    /// <summary>In the place of a person: what nobody did but the service itself, at a deadline for example.</summary>
    public const string Service = "service";

    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public CampaignId? Campaign { get; set; }

    /// <summary>A person's id, or <see cref="Service"/>; empty: whoever it was.</summary>
    [BindProperty(SupportsGet = true)]
    public string? By { get; set; }

    /// <summary>An act's code; empty: all.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Act { get; set; }

    /// <summary>Whether to re-check the chain.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Check { get; set; }

    /// <summary>Page, from 1.</summary>
    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public bool HasMore { get; private set; }

    public bool IsFiltered => Campaign is not null || !string.IsNullOrEmpty(By) || !string.IsNullOrEmpty(Act);

    /// <summary>Null unless asked for.</summary>
    public ChainReport? Report { get; private set; }

    public IReadOnlyList<Line> Lines { get; private set; } = [];

    public IReadOnlyList<CampaignChoice> Campaigns { get; private set; } = [];

    /// <summary>Staff, and the one chosen.</summary>
    public IReadOnlyList<PersonChoice> People { get; private set; } = [];

    /// <summary>Codes of what was ever done.</summary>
    public IReadOnlyList<string> Acts { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        P = Math.Clamp(P, 1, 100_000);
        var person = PersonId.TryParse(By, null, out var parsed) ? parsed : (PersonId?)null;
        var entries = db.Audit.AsNoTracking().Where(a => Campaign == null || a.Campaign == Campaign);
        entries = By == Service ? entries.Where(a => a.By == null) : person is { } one ? entries.Where(a => a.By == one) : entries;
        entries = string.IsNullOrEmpty(Act) ? entries : entries.Where(a => a.Action == Act);
        var rows = await entries.OrderByDescending(a => a.Sequence).Skip((P - 1) * PageSize).Take(PageSize + 1).ToListAsync(cancellationToken);
        HasMore = rows.Count > PageSize;

        Campaigns = await db.Campaigns.AsNoTracking().OrderByDescending(c => c.AcademicYear).ThenBy(c => c.Track).ThenBy(c => c.Id).Select(c => new CampaignChoice(c.Id, c.Track, c.AcademicYear)).ToListAsync(cancellationToken);
        Acts = await db.Audit.Select(a => a.Action).Distinct().OrderBy(action => action).ToListAsync(cancellationToken);
        var actors = rows.Select(a => a.By).OfType<PersonId>().Append(person ?? default).Distinct().ToList();
        var known = (await db.People.AsNoTracking().Where(p => p.Roles != Roles.None || actors.Contains(p.Id)).OrderBy(p => p.Name).ThenBy(p => p.Id)
            .Select(p => new { p.Id, p.Name, p.LatinName, Staff = p.Roles != Roles.None }).ToListAsync(cancellationToken)).ToDictionary(p => p.Id);
        People = [.. known.Values.Where(p => p.Staff || p.Id == person).Select(p => new PersonChoice(p.Id, p.Name, p.LatinName))];
        var campaigns = Campaigns.ToDictionary(c => c.Id);
        Lines =
        [
            .. rows.Take(PageSize).Select(a => new Line(
                a,
                a.By is { } by && known.TryGetValue(by, out var actor) ? new PersonChoice(actor.Id, actor.Name, actor.LatinName) : null,
                a.Campaign is { } campaign ? campaigns.GetValueOrDefault(campaign) : null,
                PathOf(a))),
        ];
        if (Check)
        {
            Report = AuditTrail.Check(db, shelf.All(), cancellationToken);
        }
    }

    /// <summary>The page of what it was done to, where it has one of its own.</summary>
    private static string? PathOf(AuditEntry entry) => entry.Action.Split('.')[0] switch
    {
        "campaign" or "hosts" => $"/Campaigns/{entry.Subject}",
        "run" when entry.Action != "run.published" => $"/Runs/{entry.Subject}",
        "letter" => $"/Letters/{entry.Subject}",
        "person" or "factor" or "role" or "account" => $"/People/{entry.Subject}",
        _ => null,
    };

    public sealed record CampaignChoice(CampaignId Id, Track Track, string Year);

    public sealed record PersonChoice(PersonId Id, string Name, string? LatinName);

    /// <param name="By">Null: the service itself, or somebody who is no more.</param>
    public sealed record Line(AuditEntry Entry, PersonChoice? By, CampaignChoice? Campaign, string? Path)
    {
        /// <summary>Null where there is none, it was erased, or it is older than erasable reasons: then it may name somebody who is erased, and is kept for the check alone.</summary>
        public string? Reason => Entry.ReasonHash is null ? null : Entry.Reason;

        public bool IsReasonHidden => Entry.ReasonHash is null && Entry.Reason is not null;
    }
}
