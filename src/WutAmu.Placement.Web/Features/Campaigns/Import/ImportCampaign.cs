using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <summary>
/// Takes in a coordinator's four files in one all-or-nothing transaction. The same files again change nothing; what heads declared and students listed themselves since
/// an earlier import stays.
/// </summary>
public sealed partial class ImportCampaign(PlacementDb db, CapacityLetters letters, LetterBell bell, TimeProvider clock, ILogger<ImportCampaign> logger)
{
    private readonly List<ImportProblem> problems = [];
    private readonly List<string> kept = [];
    private readonly List<(Domain.Hosts.Host Host, CapacityDeclaration Declaration, CapacityDiff Diff)> replaced = [];

    /// <returns>The report, with its problems; or problem <c>import.closed</c> once the campaign is matching or published.</returns>
    public async Task<Result<ImportReport>> HandleAsync(CampaignId campaignId, CampaignFiles files, PersonId by, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, cancellationToken);
        var parsed = new ParsedCampaign(files, campaign.StudentLimit, campaign.ChoiceLimit);
        if (campaign.State < CampaignState.Matching && parsed.Problems.Count > 0)
        {
            return new ImportReport(campaignId, parsed.Problems, 0, []);
        }

        var outcome = await db.WriteAsync(token => WriteAsync(campaignId, parsed, by, token), cancellationToken);
        if (outcome.TryGet(out var report, out _) && report.Changed > 0)
        {
            bell.Ring();
            LogImported(campaignId, report.Changed);
        }

        return outcome;
    }

    private async Task<Result<ImportReport>> WriteAsync(CampaignId id, ParsedCampaign parsed, PersonId by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, cancellationToken);
        if (campaign.State >= CampaignState.Matching)
        {
            return new Problem("import.closed");
        }

        var programmes = await db.Programmes.Select(p => p.Code).ToListAsync(cancellationToken);
        db.Programmes.AddRange(ParsedCampaign.Programmes.Where(p => !programmes.Contains(p.Code)));

        var people = await db.People.ToDictionaryAsync(p => p.Email, cancellationToken);
        var hosts = await TakeInHostsAsync(campaign, parsed, people, now, cancellationToken);
        // An import's versions carry the instant of its audit entry; any other is somebody's own word.
        var imports = (await db.Audit.Where(a => a.Campaign == campaign.Id && a.Action == "campaign.imported").Select(a => a.At).ToListAsync(cancellationToken)).ToHashSet();
        var offers = await TakeInOffersAsync(campaign, parsed, hosts, imports, by, now, cancellationToken);
        await TakeInStudentsAsync(campaign, parsed, people, offers, imports, by, now, cancellationToken);
        if (problems.Count > 0)
        {
            return new ImportReport(id, problems, 0, []);
        }

        var changed = db.ChangeTracker.Entries().Count(entry => entry.State is EntityState.Added or EntityState.Modified);
        if (changed > 0)
        {
            db.Audit.Add(new(now, by, campaign.Id, "campaign.imported", campaign.Id.ToString(), $"{parsed.Students.Count} students, {parsed.Hosts.Count} hosts, {parsed.Offers.Count} offers, {parsed.Rankings.Count} rankings"));
        }

        await db.SaveChangesAsync(cancellationToken);
        await TellAsync(campaign, now, cancellationToken);
        return new ImportReport(id, [], changed, kept);
    }

    /// <summary>What stood in force and was replaced, to those whose lists name it and to the heads.</summary>
    private async Task TellAsync(Campaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var (host, declaration, diff) in replaced)
        {
            var told = await letters.ToConcernedAsync(campaign, host, declaration, diff, now, cancellationToken);
            db.Outbox.AddRange(told);
            db.Outbox.Add(await letters.ReceiptAsync(campaign, host, declaration, diff, told.Count, now, cancellationToken));
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task<Dictionary<string, Domain.Hosts.Host>> TakeInHostsAsync(Campaign campaign, ParsedCampaign parsed, Dictionary<EmailAddress, Person> people, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hosts = await db.Hosts.Where(h => h.Track == campaign.Track).ToDictionaryAsync(h => h.Code, StringComparer.Ordinal, cancellationToken);
        foreach (var (code, row) in parsed.Hosts)
        {
            var head = Meet(people, row.HeadName, null, row.HeadEmail, row.HeadSecondEmail, row.HeadLanguage, "Europe/Paris", now);
            if (!hosts.TryGetValue(code, out var host))
            {
                host = new(HostId.New(now), campaign.Track, code, row.Name, head.Id);
                hosts[code] = host;
                db.Hosts.Add(host);
            }

            var same = (host.Name, host.UnitCode, host.Campus, host.Faculty, host.Field, host.RestrictedZone, host.Head) == (row.Name, row.UnitCode, row.Campus, row.Faculty, row.Field, row.RestrictedZone, head.Id)
                && host.Languages.SequenceEqual(row.Languages, StringComparer.Ordinal);
            if (!same)
            {
                host.Describe(row.Name, row.UnitCode, row.Campus, row.Faculty, row.Field, row.Languages, row.RestrictedZone, head.Id);
            }
        }

        return hosts;
    }

    private async Task<IReadOnlyDictionary<string, Offer>> TakeInOffersAsync(Campaign campaign, ParsedCampaign parsed, Dictionary<string, Domain.Hosts.Host> hosts, HashSet<DateTimeOffset> imports, PersonId by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var book = await OfferBook.ReadAsync(db, campaign.Id, cancellationToken);
        var declarations = await db.Declarations.Where(d => d.Campaign == campaign.Id).ToDictionaryAsync(d => d.Host, cancellationToken);
        foreach (var (code, row) in parsed.Hosts)
        {
            var host = hosts[code];
            var declared = parsed.Offers.Values.Where(offer => offer.Host == code).Select(offer => offer.Declared).OrderBy(offer => offer.Code, StringComparer.Ordinal).ToImmutableArray();
            var capacity = new DeclaredCapacity(row.Min, row.Max, Opening.Always, declared);
            if (!declarations.TryGetValue(host.Id, out var declaration))
            {
                declaration = new(DeclarationId.New(now), campaign.Id, host.Id);
                db.Declarations.Add(declaration);
            }

            if (declaration.Declared is { } before && JsonSerializer.Serialize(before) == JsonSerializer.Serialize(capacity))
            {
                continue;
            }

            if (declaration.Draft is not null || (declaration.DeclaredAt is { } declaredAt && !imports.Contains(declaredAt)))
            {
                kept.Add(code);
                continue;
            }

            if (book.Refuses(capacity, host.Id) is { } taken)
            {
                problems.Add(new("offers.csv", 0, "id", $"{taken.Arguments[0]}", "import.code-taken", code));
                continue;
            }

            var diff = CapacityDiff.Between(declaration.Declared, capacity);
            if (!declaration.Declare(capacity, declaration.Version, by, now).TryGet(out _, out var problem))
            {
                throw new InvalidOperationException($"A checked declaration of {code} was refused: {problem.Code}.");
            }

            book.TakeOver(host, capacity, now);
            if (diff.Before is not null)
            {
                replaced.Add((host, declaration, diff));
            }
        }

        return book.Offers;
    }

    private async Task TakeInStudentsAsync(Campaign campaign, ParsedCampaign parsed, Dictionary<EmailAddress, Person> people, IReadOnlyDictionary<string, Offer> offers, HashSet<DateTimeOffset> imports, PersonId by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var students = await db.Students.Where(s => s.Campaign == campaign.Id).ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellationToken);
        var rankings = await db.Rankings.Where(r => r.Campaign == campaign.Id).ToDictionaryAsync(r => r.Student, cancellationToken);
        foreach (var (code, row) in parsed.Students)
        {
            var student = students.GetValueOrDefault(code);
            if (student is not null && !await MoveAsync(student, row, people, by, now, cancellationToken))
            {
                continue;
            }

            var person = Meet(people, row.Name, row.LatinName, row.Email, row.SecondEmail, row.Language, "Asia/Shanghai", now);
            if (student is null)
            {
                student = new(StudentId.New(now), campaign.Id, person.Id, code, row.Programme, row.Score);
                students[code] = student;
                db.Students.Add(student);
            }
            else if (student.Programme != row.Programme || student.Score != row.Score)
            {
                student.Enrol(row.Programme, row.Score);
            }

            if (!rankings.TryGetValue(student.Id, out var ranking))
            {
                ranking = new(RankingId.New(now), campaign.Id, student.Id);
                db.Rankings.Add(ranking);
            }

            if (parsed.Rankings.TryGetValue(code, out var groups))
            {
                if (groups.SelectMany(group => group).FirstOrDefault(offer => !offers.ContainsKey(offer)) is { } unknown)
                {
                    // Its host declared other offers since.
                    problems.Add(new("rankings.csv", 0, "offer", unknown, "import.unknown"));
                    continue;
                }

                var choices = new RankedChoices([.. groups.Select(group => group.Select(offer => offers[offer].Id).ToImmutableArray())]);
                if (ranking.Submitted?.Choices.Equals(choices) == true)
                {
                    continue;
                }

                if (IsOwnWord(ranking, imports))
                {
                    kept.Add(code);
                }
                else
                {
                    ranking.TakeIn(choices, now);
                }
            }
        }
    }

    private static bool IsOwnWord(Ranking ranking, HashSet<DateTimeOffset> imports) =>
        new[] { ranking.DraftSavedAt, ranking.Submitted?.SubmittedAt }.Any(at => at is { } instant && !imports.Contains(instant));

    /// <summary>The person stays the same when the file has another address for a student.</summary>
    /// <returns>False, and a problem noted, if that address is somebody else's.</returns>
    private async Task<bool> MoveAsync(Student student, ParsedCampaign.StudentRow row, Dictionary<EmailAddress, Person> people, PersonId by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var person = people.Values.FirstOrDefault(p => p.Id == student.Person) ?? await db.People.SingleAsync(p => p.Id == student.Person, cancellationToken);
        if (row.Email is not { } address || person.Email == address)
        {
            return true;
        }

        if (people.ContainsKey(address))
        {
            problems.Add(new("students.csv", 0, "email", address.Value, "import.address-taken", student.Code));
            return false;
        }

        people.Remove(person.Email);
        person.ChangeAddress(address);
        people[address] = person;
        db.Audit.Add(new(now, by, student.Campaign, "student.address", student.Id.ToString(), $"another address, person {person.Id}"));
        return true;
    }

    private Person Meet(Dictionary<EmailAddress, Person> people, string name, string? latinName, EmailAddress? email, EmailAddress? second, Language language, string timeZone, DateTimeOffset now)
    {
        // Checked when the file was read: a row without an address never gets here.
        var address = email ?? throw new InvalidOperationException("A row without an address was taken in.");
        if (people.TryGetValue(address, out var person))
        {
            if (person.Name != name || (person.LatinName ?? "") != (latinName ?? ""))
            {
                person.Rename(name, latinName);
            }

            person.AssumeLanguage(language);
            // A file without it says nothing about it: the person may have typed one.
            if (second is not null && person.SecondEmail != second)
            {
                person.ChangeSecondAddress(second);
            }

            return person;
        }

        person = new(PersonId.New(now), name, latinName, address, language, Roles.None);
        person.LiveIn(timeZone);
        person.ChangeSecondAddress(second);
        people[address] = person;
        db.People.Add(person);
        return person;
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Campaign {Campaign} imported; {Changed} rows created or changed.")]
    private partial void LogImported(CampaignId campaign, int changed);
}
