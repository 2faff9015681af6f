using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>Writes what a publication says to whom: one letter to each student, placed or not, and one to each host's head with its students.</summary>
public sealed class ResultLetters(PlacementDb db, LetterTemplates templates, DeadlineCalendar calendar, Texts texts, IOptions<MailOptions> mail)
{
    /// <summary>Keys of a publication's letters begin with it.</summary>
    public static string KeyPrefix(PublicationId publication) => $"result:{publication}:";

    public async Task<IReadOnlyList<OutboxLetter>> WriteAsync(
        Campaign campaign,
        Domain.Placements.Publication publication,
        Run run,
        IReadOnlyList<Domain.Placements.Placement> placements,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var students = await db.Students.AsNoTracking().Where(s => s.Campaign == campaign.Id && s.WithdrawnAt == null).ToListAsync(cancellationToken);
        students.Sort((a, b) => string.CompareOrdinal(a.Code, b.Code));
        var people = await db.People.AsNoTracking().ToDictionaryAsync(p => p.Id, cancellationToken);
        var offers = await db.Offers.AsNoTracking().Where(o => o.Campaign == campaign.Id).ToDictionaryAsync(o => o.Id, cancellationToken);
        var supervisors = await db.Supervisors.AsNoTracking().Where(s => s.Campaign == campaign.Id).ToDictionaryAsync(s => s.Id, cancellationToken);
        var hosts = await db.Hosts.AsNoTracking().Where(h => h.Track == campaign.Track).ToDictionaryAsync(h => h.Id, cancellationToken);
        var programmes = await db.Programmes.AsNoTracking().ToDictionaryAsync(p => p.Code, p => p.Name, cancellationToken);
        var declared = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign.Id).ToListAsync(cancellationToken);
        var submitted = (await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaign.Id).ToListAsync(cancellationToken))
            .Where(r => r.Submitted?.Choices.Count > 0).Select(r => r.Student).ToHashSet();
        var placed = placements.ToDictionary(p => p.Student);
        var letters = new List<OutboxLetter>(students.Count + declared.Count);

        foreach (var student in students)
        {
            var person = people[student.Person];
            var model = About(campaign, run, person);
            model["submitted"] = submitted.Contains(student.Id);
            model["placed"] = placed.TryGetValue(student.Id, out var placement);
            if (placement is not null)
            {
                var offer = offers[placement.Offer];
                Describe(model, offer, hosts[offer.Host], person.Language);
                model["rank"] = placement.Rank;
                model["supervisor"] = offer.Supervisor is { } supervisor ? supervisors[supervisor].Name : null;
            }

            var letter = Add(LetterKind.StudentResult, person, $"student:{student.Id}", model);
            if (placement is not null)
            {
                calendar.Enclose(letter, campaign, DeadlineKind.Answer, now);
            }
        }

        foreach (var declaration in declared.Where(d => d.Declared is not null).OrderBy(d => hosts[d.Host].Code, StringComparer.Ordinal))
        {
            var host = hosts[declaration.Host];
            var head = people[host.Head];
            var model = About(campaign, run, head);
            model["host"] = host.Name;
            model["students"] = students
                .Where(s => placed.TryGetValue(s.Id, out var p) && offers[p.Offer].Host == host.Id)
                .Select(s => new Dictionary<string, object?>
                {
                    ["name"] = people[s.Person].Name,
                    ["latin"] = people[s.Person].LatinName,
                    ["email"] = people[s.Person].Email.Value,
                    ["programme"] = programmes.TryGetValue(s.Programme, out var name) ? name.In(head.Language).Text : s.Programme,
                    ["offer"] = offers[placed[s.Id].Offer].Title.In(head.Language).Text,
                })
                .ToList();
            Add(LetterKind.HostResult, head, $"host:{host.Id}", model);
        }

        return letters;

        OutboxLetter Add(LetterKind kind, Person person, string key, Dictionary<string, object?> model)
        {
            var letter = new OutboxLetter(LetterId.New(now), kind, campaign.Id, person, KeyPrefix(publication.Id) + key, templates.Render(kind.ToString(), person.Language, model), now, publication.LettersFrom);
            letters.Add(letter);
            return letter;
        }
    }

    private Dictionary<string, object?> About(Campaign campaign, Run run, Person person)
    {
        var policy = PolicyName.TryParse(run.Policy, out var known) ? known : throw new InvalidOperationException($"Run {run.Id} has the unknown policy {run.Policy}.");
        return new()
        {
            ["name"] = person.Name,
            ["year"] = campaign.AcademicYear,
            ["master"] = campaign.Track == Track.MasterInternship,
            ["policy"] = run.Policy,
            ["sentence"] = texts.Get(person.Language, $"policy.{policy.Name}"),
            ["seed"] = campaign.LotterySeed,
            ["digest"] = run.InstanceDigest,
            ["link"] = mail.Value.Address($"/Results/{campaign.Id}"),
            ["answer_until"] = campaign.AnswerDeadline is { } deadline ? BothClocks.Say(texts, person.Language, deadline) : null,
        };
    }

    private static void Describe(Dictionary<string, object?> model, Offer offer, Domain.Hosts.Host host, Language language)
    {
        var culture = Culture.Of(language);
        model["offer"] = offer.Title.In(language).Text;
        model["host"] = host.Name;
        model["campus"] = host.Campus.Length > 0 ? host.Campus : null;
        model["starts"] = offer.StartsOn?.ToString("D", culture);
        model["ends"] = offer.EndsOn?.ToString("D", culture);
        model["restricted"] = offer.RestrictedZone || host.RestrictedZone;
    }
}
