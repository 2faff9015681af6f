using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>The offers of a campaign: searched, filtered, page by page; each can be put into the list from here.</summary>
public sealed class OffersModel(PlacementDb db, ListOffer list, CapacityWords words, Speech speech, TimeProvider clock) : StudentPage(db, clock)
{
    public const int PageSize = 12;

    [BindProperty(SupportsGet = true, Name = "")]
    public OffersForm Form { get; set; } = new();

    public CapacityWords Words => words;

    public IReadOnlyList<OfferLine> Found { get; private set; } = [];

    public int Count { get; private set; }

    public int Pages => Math.Max(1, (Count + PageSize - 1) / PageSize);

    public IReadOnlyList<string> Fields { get; private set; } = [];

    public IReadOnlyList<string> Campuses { get; private set; } = [];

    public IReadOnlyList<string> Languages { get; private set; } = [];

    public IReadOnlyList<(string Code, string Name)> Hosts { get; private set; } = [];

    /// <summary>True: more is asked for than what is shown to begin with.</summary>
    public bool IsFiltered => Form.Query(1).Length > 1;

    public bool HasFilters => ((string?[])[Form.Field, Form.Campus, Form.Language, Form.Host, Form.Programme]).Any(value => !string.IsNullOrEmpty(value));

    public bool IsFull => Draft.Count >= Campaign.ChoiceLimit;

    /// <summary>Null: offers of any programme are shown.</summary>
    public string? Programme => Form.Programme switch
    {
        "all" => null,
        null or "" => Student?.Programme,
        var chosen => chosen,
    };

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: true, cancellationToken) is { } end)
        {
            return end;
        }

        await words.LearnAsync(cancellationToken);
        var open = Offers.Values.Where(offer => !offer.Offer.Withdrawn).OrderBy(offer => offer.Host.Code, OfferLine.ByCode).ThenBy(offer => offer.Code, OfferLine.ByCode).ThenBy(offer => offer.Code, StringComparer.Ordinal).ToList();
        var order = StringComparer.Create(Culture.Of(speech.Language), ignoreCase: true);
        Fields = [.. open.Select(offer => offer.Host.Field).Where(text => text.Length > 0).Distinct().Order(order)];
        Campuses = [.. open.Select(offer => offer.Host.Campus).Where(text => text.Length > 0).Distinct().Order(order)];
        Languages = [.. open.SelectMany(offer => offer.Languages).Distinct().Order(StringComparer.Ordinal)];
        Hosts = [.. open.Select(offer => (offer.Host.Code, offer.Host.Name)).Distinct()];
        var found = open.Where(offer => Form.Matches(offer, Programme)).ToList();
        Count = found.Count;
        Form.Page = Math.Clamp(Form.Page, 1, Pages);
        Found = [.. found.Skip((Form.Page - 1) * PageSize).Take(PageSize)];
        return Page();
    }

    /// <param name="add">The offer to list, or <paramref name="remove"/> to take out.</param>
    public async Task<IActionResult> OnPostAsync(OfferId? add, OfferId? remove, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        if ((add ?? remove) is not { } named || !Offers.TryGetValue(named, out var offer))
        {
            return NotFound();
        }

        if ((await list.HandleAsync(CampaignId, User.PersonId(), named, add is not null, cancellationToken)).TryGet(out var count, out var problem))
        {
            TempData["Done"] = speech[add is null ? "offers.removed" : "offers.added", offer.Code, count, Campaign.ChoiceLimit];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return LocalRedirect($"/Offers/{CampaignId}{Form.Query(Form.Page)}");
    }
}
