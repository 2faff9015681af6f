using System.Text;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

internal static class DeadlineDownload
{
    /// <summary>The reader's own deadlines in a campaign: all for a coordinator, a host's for its head, a student's for a student.</summary>
    public static void MapDeadlines(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/Campaigns/{id}/deadlines.ics", async (CampaignId id, HttpContext context, PlacementDb db, DeadlineCalendar calendar, Speech speech, TimeProvider clock) =>
        {
            var aborted = context.RequestAborted;
            if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, aborted) is not { } campaign)
            {
                return Results.NotFound();
            }

            var person = context.User.PersonId();
            DeadlineKind[] kinds =
                context.User.IsCoordinator() ? [DeadlineKind.Declaration, DeadlineKind.Ranking, DeadlineKind.Answer]
                : await db.Students.AnyAsync(s => s.Campaign == id && s.Person == person, aborted) ? [DeadlineKind.Ranking, DeadlineKind.Answer]
                : await db.Hosts.AnyAsync(h => h.Track == campaign.Track && h.Head == person, aborted) ? [DeadlineKind.Declaration, DeadlineKind.Answer]
                : [];
            return calendar.Write(campaign, kinds, speech.Language, clock.GetUtcNow()) is { } file
                ? Results.File(Encoding.UTF8.GetBytes(file), "text/calendar; charset=utf-8", $"deadlines-{campaign.AcademicYear}.ics")
                : Results.NotFound();
        }).RequireAuthorization();
}
