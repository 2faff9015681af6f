using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>One transaction: the publication, the visible page, a letter to every student (placed or not) and to every host.</summary>
public sealed partial class PublishRun(PlacementDb db, SealInstance seal, LetterTemplates templates, LetterBell bell, Texts texts, IOptions<MailOptions> mail, TimeProvider clock, ILogger<PublishRun> logger)
{
    /// <returns>The publication; or problem <c>publish.not-verified</c>, <c>publish.no-lottery</c>, <c>publish.input-edited</c>, <c>publish.already</c>, <c>publish.reason</c> where the policy is not the announced one.</returns>
    public async Task<Result<PublicationId>> HandleAsync(RunId runId, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var published = await db.WriteAsync(token => PublishAsync(runId, reason, by, token), cancellationToken);
        if (published.TryGet(out var publication, out _))
        {
            bell.Ring();
            LogPublished(publication, runId);
        }

        return published;
    }

    private async Task<Result<PublicationId>> PublishAsync(RunId runId, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var run = await db.Runs.SingleAsync(r => r.Id == runId, cancellationToken);
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == run.Campaign, cancellationToken);
        if (await db.Publications.AnyAsync(p => p.Campaign == campaign.Id && p.RecalledAt == null, cancellationToken))
        {
            return new Problem("publish.already");
        }

        if (run.State != RunState.Verified || run.ResultJson is not { } stored || !ResultJson.TryRead(stored, out var result, out _))
        {
            return new Problem("publish.not-verified");
        }

        if (!result.Lottery)
        {
            return new Problem("publish.no-lottery");
        }

        if (CanonicalJson.Digest(await seal.ReadAsync(campaign, cancellationToken)) != run.InstanceDigest)
        {
            return new Problem("publish.input-edited");
        }

        if (run.Policy != campaign.Policy && string.IsNullOrWhiteSpace(reason))
        {
            return Problem.On("reason", "publish.reason", campaign.Policy, run.Policy);
        }

        var publication = new Domain.Placements.Publication(PublicationId.New(now), campaign.Id, run.Id, by, now, now + campaign.LetterHold, reason);
        db.Publications.Add(publication);
        await WriteLettersAsync(campaign, publication, result, now, cancellationToken);
        if (!campaign.MoveTo(CampaignState.Published).TryGet(out _, out var problem))
        {
            return problem;
        }

        db.Audit.Add(new(now, by, campaign.Id, "run.published", publication.Id.ToString(), $"run {run.Number.ToString(CultureInfo.InvariantCulture)} {run.InstanceDigest}", reason));
        await db.SaveChangesAsync(cancellationToken);
        return publication.Id;
    }

    private async Task WriteLettersAsync(Campaign campaign, Domain.Placements.Publication publication, MatchingResult result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var people = await db.People.ToDictionaryAsync(p => p.Id, cancellationToken);
        var students = await db.Students.Where(s => s.Campaign == campaign.Id && s.WithdrawnAt == null).ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellationToken);
        var offers = await db.Offers.Where(o => o.Campaign == campaign.Id).ToDictionaryAsync(o => o.Code, StringComparer.Ordinal, cancellationToken);
        var hosts = await db.Hosts.Where(h => h.Track == campaign.Track).ToDictionaryAsync(h => h.Id, cancellationToken);
        var declaredHosts = await db.Declarations.Where(d => d.Campaign == campaign.Id && d.DeclaredNumber > 0).Select(d => d.Host).ToListAsync(cancellationToken);
        var placed = result.Assignments.ToDictionary(a => a.Student, StringComparer.Ordinal);
        var coming = new Dictionary<HostId, List<(Person Student, Offer Offer)>>();
        foreach (var (code, student) in students.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var person = people[student.Person];
            Offer? offer = null;
            int? rank = null;
            if (placed.TryGetValue(code, out var assignment))
            {
                offer = offers[assignment.Offer];
                rank = assignment.Rank;
                db.Placements.Add(new(PlacementId.New(now), publication.Id, campaign.Id, student.Id, offer.Id, rank));
                if (!coming.TryGetValue(offer.Host, out var list))
                {
                    coming[offer.Host] = list = [];
                }

                list.Add((person, offer));
            }

            var text = templates.Render("StudentResult", person.Language, new
            {
                name = person.Name,
                campaign = texts.Get(person.Language, $"Track.{campaign.Track}"),
                year = campaign.AcademicYear,
                placed = offer is not null,
                offer = offer?.Title.In(person.Language).Text,
                host = offer is null ? null : hosts[offer.Host].Name,
                campus = offer is null ? null : hosts[offer.Host].Campus,
                restricted = offer is not null && (offer.RestrictedZone || hosts[offer.Host].RestrictedZone),
                rank,
                policy = texts.Get(person.Language, $"policy.{result.Policy.Replace(PolicyName.KeepPublishedPrefix, "", StringComparison.Ordinal)}"),
                answer_until = campaign.AnswerDeadline is { } deadline ? BothClocks.Say(texts, person.Language, deadline) : null,
                service = mail.Value.ServiceAddress,
            });
            db.Outbox.Add(new(LetterId.New(now), LetterKind.StudentResult, campaign.Id, person, $"result:{publication.Id}:{student.Id}", text, now, publication.LettersFrom));
        }

        foreach (var host in hosts.Values.Where(h => declaredHosts.Contains(h.Id)).OrderBy(h => h.Code, StringComparer.Ordinal))
        {
            var head = people[host.Head];
            var text = templates.Render("HostResult", head.Language, new
            {
                name = head.Name,
                host = host.Name,
                campaign = texts.Get(head.Language, $"Track.{campaign.Track}"),
                year = campaign.AcademicYear,
                students = coming.TryGetValue(host.Id, out var list)
                    ? list.Select(pair => new { name = pair.Student.LatinName is { } latin ? $"{pair.Student.Name} ({latin})" : pair.Student.Name, email = pair.Student.Email.Value, offer = pair.Offer.Title.In(head.Language).Text }).ToList<object>()
                    : [],
                service = mail.Value.ServiceAddress,
            });
            db.Outbox.Add(new(LetterId.New(now), LetterKind.HostResult, campaign.Id, head, $"host-result:{publication.Id}:{host.Id}", text, now, publication.LettersFrom));
        }
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Information, Message = "Publication {Publication} of run {Run}.")]
    private partial void LogPublished(PublicationId publication, RunId run);
}
