using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>
/// All that the service keeps about one person and may show them (GDPR, art. 15 and 20; PIPL, art. 45): who they are, their lists with every version, their published
/// placements, the hosts they head and what they declared, their letters, where they are signed in, what they did. Nothing about others, nothing not published, no sign-in code.
/// </summary>
public sealed class OwnData(PlacementDb db, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <param name="withJudgements">True: also what heads wrote about the person, which a coordinator hands out after having read it.</param>
    /// <returns>One JSON document, UTF-8.</returns>
    public async Task<byte[]> ReadAsync(PersonId id, bool withJudgements, CancellationToken cancellationToken)
    {
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == id, cancellationToken);
        var campaigns = await db.Campaigns.AsNoTracking().ToDictionaryAsync(c => c.Id, c => $"{c.Track} {c.AcademicYear}", cancellationToken);
        var letters = await db.Outbox.AsNoTracking().Where(l => l.Person == id && l.Kind != LetterKind.SignIn).OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).ToListAsync(cancellationToken);
        var acts = await db.Audit.AsNoTracking().Where(a => a.By == id).OrderBy(a => a.Sequence).ToListAsync(cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Format = "placement-own-data/1",
                At = clock.GetUtcNow(),
                Person = new { person.Name, person.LatinName, Email = person.Email.Value, SecondEmail = person.SecondEmail?.Value, Language = person.Language.Tag(), person.LanguageChosenAt, person.TimeZone, person.Roles },
                Student = await ReadStudentAsync(id, campaigns, withJudgements, cancellationToken),
                Head = await ReadHeadAsync(id, campaigns, cancellationToken),
                // A letter of the publication leaves after a hold; until it is accepted it can be recalled and is not the person's yet.
                Letters = letters.Where(l => l.State is not (LetterState.Recalled or LetterState.Queued)).Select(l => new { l.Kind, l.CreatedAt, To = l.To.Value, l.Subject, Text = l.TextBody, l.State }),
                Sessions = (await db.Sessions.AsNoTracking().Where(s => s.Person == id).OrderBy(s => s.StartedAt).ThenBy(s => s.Id).ToListAsync(cancellationToken))
                    .Select(s => new { s.Method, s.Device, s.Network, s.StartedAt, s.LastSeenAt, s.EndedAt }),
                UniversityAccounts = await db.ExternalAccounts.AsNoTracking().Where(a => a.Person == id).OrderBy(a => a.LinkedAt).ThenBy(a => a.Subject).Select(a => new { a.Issuer, a.Subject, a.LinkedAt }).ToListAsync(cancellationToken),
                SecondFactorSince = await db.SecondFactors.AsNoTracking().Where(f => f.Person == id).Select(f => (DateTimeOffset?)f.EnrolledAt).SingleOrDefaultAsync(cancellationToken),
                Acts = acts.Select(a => new { a.At, a.Action, a.Detail, a.Reason }),
            },
            Options);
    }

    private async Task<IReadOnlyList<object>> ReadStudentAsync(PersonId id, Dictionary<Domain.Campaigns.CampaignId, string> campaigns, bool withJudgements, CancellationToken cancellationToken)
    {
        var parts = new List<object>();
        foreach (var student in await db.Students.AsNoTracking().Where(s => s.Person == id).OrderBy(s => s.Id).ToListAsync(cancellationToken))
        {
            var offers = await db.Offers.AsNoTracking().Where(o => o.Campaign == student.Campaign).ToDictionaryAsync(o => o.Id, o => o.Code, cancellationToken);
            var ranking = await db.Rankings.AsNoTracking().SingleOrDefaultAsync(r => r.Campaign == student.Campaign && r.Student == student.Id, cancellationToken);
            var placements = await (
                from placement in db.Placements.AsNoTracking().Where(p => p.Student == student.Id)
                join publication in db.Publications.Where(p => p.RecalledAt == null) on placement.Publication equals publication.Id
                orderby placement.Id
                select placement).ToListAsync(cancellationToken);
            parts.Add(new
            {
                Campaign = campaigns[student.Campaign],
                student.Code,
                student.Programme,
                student.Score,
                student.Motivation,
                student.UnrankedAcceptable,
                student.WithdrawnAt,
                Draft = Say(ranking?.Draft ?? RankedChoices.Empty, offers),
                Notes = ranking?.Notes.Select(note => new { Offer = OfferId.TryParse(note.Key, null, out var offer) ? offers.GetValueOrDefault(offer) : null, Note = note.Value }),
                Submitted = ranking?.Versions.OrderBy(v => v.Number).Select(v => new { v.Number, v.SubmittedAt, Hash = v.Choices.ShortHash(), Choices = Say(v.Choices, offers) }),
                Placements = placements.Select(p => new { Offer = offers[p.Offer], p.Rank, p.StudentAnswer, p.StudentReason, p.StudentAnsweredAt, p.HostAnswer, HostReason = withJudgements ? p.HostReason : null }),
                Vetoes = withJudgements ? await ReadVetoesAsync(student, cancellationToken) : null,
            });
        }

        return parts;
    }

    private async Task<IReadOnlyList<object>> ReadVetoesAsync(Student student, CancellationToken cancellationToken)
    {
        var rankings = await (
            from ranking in db.HostRankings.AsNoTracking().Where(r => r.Campaign == student.Campaign)
            join host in db.Hosts on ranking.Host equals host.Id
            orderby host.Code
            select new { Ranking = ranking, host.Code }).ToListAsync(cancellationToken);
        return
        [
            .. from one in rankings
               from veto in one.Ranking.Submitted?.Applicants.Vetoed ?? []
               where veto.Student == student.Id
               select new { Host = one.Code, veto.Reason },
        ];
    }

    private async Task<IReadOnlyList<object>> ReadHeadAsync(PersonId id, Dictionary<Domain.Campaigns.CampaignId, string> campaigns, CancellationToken cancellationToken)
    {
        var parts = new List<object>();
        foreach (var host in await db.Hosts.AsNoTracking().Where(h => h.Head == id).OrderBy(h => h.Code).ThenBy(h => h.Id).ToListAsync(cancellationToken))
        {
            var declarations = await db.Declarations.AsNoTracking().Where(d => d.Host == host.Id).OrderBy(d => d.Id).ToListAsync(cancellationToken);
            parts.Add(new
            {
                host.Code,
                host.Name,
                Declarations = declarations.Select(d => new
                {
                    Campaign = campaigns[d.Campaign],
                    d.Draft,
                    Versions = d.Versions.OrderBy(v => v.Number).Where(v => v.DeclaredBy == id).Select(v => new { v.Number, v.DeclaredAt, Hash = v.Capacity.ShortHash(), v.Capacity }),
                }),
            });
        }

        return parts;
    }

    private static IEnumerable<IEnumerable<string?>> Say(RankedChoices choices, Dictionary<OfferId, string> offers) =>
        choices.Groups.Select(group => group.Select(offer => offers.GetValueOrDefault(offer)));
}
