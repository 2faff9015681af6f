using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>What every page of a student in one campaign begins with: their own part in it, the offers and their own list. Nobody else enters.</summary>
public abstract class StudentPage(PlacementDb db, TimeProvider clock) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "campaign")]
    public CampaignId CampaignId { get; set; }

    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    /// <summary>Null: a coordinator reads the offers.</summary>
    public Student? Student { get; private set; }

    /// <summary>Null: the student has not begun.</summary>
    public Ranking? Ranking { get; private set; }

    public IReadOnlyDictionary<OfferId, OfferLine> Offers { get; private set; } = new Dictionary<OfferId, OfferLine>();

    public bool MayRank => Student is { WithdrawnAt: null } && Campaign.AcceptsRankings(clock.GetUtcNow());

    public RankedChoices Draft => Ranking?.Draft ?? RankedChoices.Empty;

    public string PolicyOf => PolicyName.TryParse(Campaign.Policy, out var policy) ? policy.Name : Campaign.Policy;

    public string Root => $"/Rankings/{CampaignId}";

    public StudentHead Head => new(Campaign, Student is not null, Ranking?.Submitted is not null);

    protected PlacementDb Db => db;

    protected TimeProvider Clock => clock;

    /// <param name="coordinators">True: they may read this page too.</param>
    /// <returns>The answer that ends the request (404, 403), or null: enter.</returns>
    protected async Task<IActionResult?> EnterAsync(bool coordinators, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == CampaignId, cancellationToken) is not { } campaign)
        {
            return NotFound();
        }

        var person = User.PersonId();
        Campaign = campaign;
        Student = await db.Students.AsNoTracking().SingleOrDefaultAsync(s => s.Campaign == CampaignId && s.Person == person, cancellationToken);
        if (Student is null && !(coordinators && User.IsCoordinator()))
        {
            return StatusCode(StatusCodes.Status403Forbidden);
        }

        // Until students rank, what hosts declare may still change from hour to hour; a list that was imported waits as well.
        if (Student is { } student && campaign.State >= CampaignState.Ranking)
        {
            Ranking = await db.Rankings.AsNoTracking().SingleOrDefaultAsync(r => r.Campaign == CampaignId && r.Student == student.Id, cancellationToken);
        }

        if (campaign.State >= CampaignState.Ranking || Student is null)
        {
            Offers = await OfferLine.ReadAsync(db, CampaignId, Student?.Programme, cancellationToken);
        }

        return null;
    }
}
