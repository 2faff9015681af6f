using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>After publication: who comes, how to reach them, and the head's answer until the deadline. No ranks.</summary>
public sealed class ComingModel(PlacementDb db, AnswerAsHost answerAsHost, Speech speech, TimeProvider clock) : HostPage(db)
{
    public bool IsPublished { get; private set; }

    public bool MayAnswer { get; private set; }

    public IReadOnlyList<ComingStudent> Students { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await StartAsync(cancellationToken) ?? Page();

    public async Task<IActionResult> OnPostAsync(PlacementId placement, Answer answer, string? reason, CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        var done = await answerAsHost.HandleAsync(CampaignId, HostId, placement, answer, reason, User.PersonId(), cancellationToken);
        if (done.TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["coming.done"];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return LocalRedirect($"{Root}/Students");
    }

    private async Task<IActionResult?> StartAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        MayAnswer = IsHead && Campaign.AcceptsAnswers(clock.GetUtcNow());
        if (await Db.Publications.AsNoTracking().SingleOrDefaultAsync(p => p.Campaign == CampaignId && p.RecalledAt == null, cancellationToken) is not { } publication)
        {
            return null;
        }

        IsPublished = true;
        Students = await (
            from placement in Db.Placements.Where(p => p.Publication == publication.Id)
            join offer in Db.Offers.Where(o => o.Host == HostId) on placement.Offer equals offer.Id
            join student in Db.Students on placement.Student equals student.Id
            join person in Db.People on student.Person equals person.Id
            join programme in Db.Programmes on student.Programme equals programme.Code
            orderby student.Code, student.Id
            select new ComingStudent(placement.Id, person.Name, person.LatinName, person.Email, programme.Name, offer.Title, placement.StudentAnswer, placement.HostAnswer, placement.HostReason)).ToListAsync(cancellationToken);
        return null;
    }

    public sealed record ComingStudent(PlacementId Placement, string Name, string? LatinName, EmailAddress Email, LocalizedText Programme, LocalizedText Offer, Answer StudentAnswer, Answer HostAnswer, string? HostReason);
}
