using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>What a declaration says to whom: the receipt to the head, and the change to the students whose lists name it.</summary>
public sealed class CapacityLetters(PlacementDb db, LetterTemplates templates, Texts texts, CapacityWords words, DeadlineCalendar calendar, IOptions<MailOptions> mail)
{
    /// <summary>Students whose submitted list or draft names what <paramref name="diff"/> changes, with the changes that concern them; by code.</summary>
    public async Task<IReadOnlyList<Concerned>> ConcernedAsync(CampaignId campaign, CapacityDiff diff, CancellationToken cancellationToken)
    {
        if (diff.Before is null || diff.Changes.IsEmpty)
        {
            return [];
        }

        var codes = await db.Offers.AsNoTracking().Where(o => o.Campaign == campaign).ToDictionaryAsync(o => o.Id, o => o.Code, cancellationToken);
        var rankings = await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaign).ToDictionaryAsync(r => r.Student, cancellationToken);
        var students = await db.Students.AsNoTracking().Where(s => s.Campaign == campaign && s.WithdrawnAt == null).ToListAsync(cancellationToken);
        var concerned = new List<Concerned>();
        foreach (var student in students.OrderBy(s => s.Code, StringComparer.Ordinal))
        {
            if (rankings.TryGetValue(student.Id, out var ranking))
            {
                var listed = (ranking.Submitted?.Choices.Offers ?? []).Concat(ranking.Draft.Offers).Select(offer => codes[offer]).ToHashSet(StringComparer.Ordinal);
                var changes = diff.Concerning(listed);
                if (changes.Count > 0)
                {
                    concerned.Add(new(student, changes));
                }
            }
        }

        return concerned;
    }

    public async Task<IReadOnlyList<OutboxLetter>> ToConcernedAsync(Campaign campaign, Domain.Hosts.Host host, CapacityDeclaration declaration, CapacityDiff diff, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var letters = new List<OutboxLetter>();
        await words.LearnAsync(cancellationToken);
        foreach (var (student, changes) in await ConcernedAsync(campaign.Id, diff, cancellationToken))
        {
            var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == student.Person, cancellationToken);
            var model = About(campaign, host, person);
            model["changes"] = Lines(person.Language, diff, changes);
            model["until"] = campaign.AcceptsRankings(now) && campaign.RankingDeadline is { } deadline ? BothClocks.Say(texts, person.Language, deadline) : null;
            model["open"] = campaign.AcceptsRankings(now);
            model["link"] = mail.Value.Address("/");
            var letter = Letter(LetterKind.OfferChanged, "OfferChanged", campaign, person, $"offer-changed:{declaration.Id}:{declaration.DeclaredNumber}:{student.Id}", model, now);
            if (campaign.AcceptsRankings(now))
            {
                calendar.Enclose(letter, campaign, DeadlineKind.Ranking, now);
            }

            letters.Add(letter);
        }

        return letters;
    }

    public async Task<OutboxLetter> ReceiptAsync(Campaign campaign, Domain.Hosts.Host host, CapacityDeclaration declaration, CapacityDiff diff, int told, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await words.LearnAsync(cancellationToken);
        var head = await db.People.AsNoTracking().SingleAsync(p => p.Id == host.Head, cancellationToken);
        var model = About(campaign, host, head);
        model["version"] = declaration.DeclaredNumber;
        model["hash"] = diff.After.ShortHash();
        model["clocks"] = BothClocks.Say(texts, head.Language, now);
        model["max"] = words.Places(head.Language, diff.After.Max);
        model["minimum"] = words.Minimum(head.Language, diff.After.Min, diff.After.Opening);
        model["offers"] = diff.After.Offers.Select(offer => $"{offer.Code} – {offer.Title.In(head.Language).Text} ({texts.Get(head.Language, "capacity.places", offer.Max)})").ToList();
        model["changes"] = diff.Before is null ? new List<string>() : Lines(head.Language, diff, diff.Changes);
        model["told"] = told;
        model["behalf"] = declaration.Versions[^1].DeclaredBy != host.Head;
        model["open"] = campaign.AcceptsDeclarations(now);
        model["until"] = campaign.DeclarationDeadline is { } deadline ? BothClocks.Say(texts, head.Language, deadline) : null;
        model["link"] = mail.Value.Address($"/Campaigns/{campaign.Id}/Hosts/{host.Id}/Versions/{declaration.DeclaredNumber}");
        var letter = Letter(LetterKind.DeclarationReceipt, "DeclarationReceipt", campaign, head, $"declaration:{declaration.Id}:{declaration.DeclaredNumber}", model, now);
        if (campaign.AcceptsDeclarations(now))
        {
            calendar.Enclose(letter, campaign, DeadlineKind.Declaration, now);
        }

        return letter;
    }

    /// <param name="template"><c>HostInvitation</c> or <c>HostReminder</c>.</param>
    public async Task<OutboxLetter> AskAsync(LetterKind kind, string template, string key, Campaign campaign, Domain.Hosts.Host host, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var head = await db.People.AsNoTracking().SingleAsync(p => p.Id == host.Head, cancellationToken);
        var model = About(campaign, host, head);
        model["until"] = campaign.DeclarationDeadline is { } deadline ? BothClocks.Say(texts, head.Language, deadline) : null;
        model["link"] = mail.Value.Address($"/Campaigns/{campaign.Id}/Hosts/{host.Id}");
        var letter = new OutboxLetter(LetterId.Of(key, head.Id), kind, campaign.Id, head, key, templates.Render(template, head.Language, model), now, now);
        if (kind == LetterKind.Reminder && campaign.DeclarationDeadline is { } last)
        {
            letter.ExpireAfter(last);
        }

        calendar.Enclose(letter, campaign, DeadlineKind.Declaration, now);
        return letter;
    }

    /// <summary>To a coordinator: a head refused a placed student.</summary>
    public OutboxLetter HostRefused(string key, Campaign campaign, Domain.Hosts.Host host, Person coordinator, string reason, DateTimeOffset now, DateTimeOffset notBefore)
    {
        var model = About(campaign, host, coordinator);
        model["reason"] = reason;
        model["link"] = mail.Value.Address($"/Campaigns/{campaign.Id}/Hosts/{host.Id}/Students");
        return Letter(LetterKind.Notice, "HostRefused", campaign, coordinator, key, model, now, notBefore);
    }

    private List<string> Lines(Language language, CapacityDiff diff, IReadOnlyCollection<CapacityChange> changes) =>
        [.. words.Lines(language, diff, changes).Select(line => texts.Get(language, line.Before is null ? "capacity.change.short" : "capacity.change.long", line.Subject, line.Field, line.Before, line.After)).Distinct(StringComparer.Ordinal)];

    private static Dictionary<string, object?> About(Campaign campaign, Domain.Hosts.Host host, Person person) => new()
    {
        ["name"] = person.Name,
        ["year"] = campaign.AcademicYear,
        ["host"] = host.Name,
        ["master"] = campaign.Track == Track.MasterInternship,
    };

    private OutboxLetter Letter(LetterKind kind, string template, Campaign campaign, Person person, string key, Dictionary<string, object?> model, DateTimeOffset now, DateTimeOffset? notBefore = null) =>
        new(LetterId.New(now), kind, campaign.Id, person, key, templates.Render(template, person.Language, model), now, notBefore ?? now);
}

public sealed record Concerned(Student Student, IReadOnlyList<CapacityChange> Changes);
