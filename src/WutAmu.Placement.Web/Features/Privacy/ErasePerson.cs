using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>
/// Erases what says who somebody is and what they wrote: names, addresses, score, motivation, notes, the words of their letters, what heads wrote about them, sessions and accounts. Rows, lists,
/// placements and the journal stay under their ids, so that what was published can still be counted and checked.
/// </summary>
public sealed partial class ErasePerson(PlacementDb db, FinishErasures finish, TimeProvider clock, ILogger<ErasePerson> logger)
{
    /// <summary>Why somebody is erased; codes, for a story about a person would be kept about them.</summary>
    public static IReadOnlyList<string> Causes { get; } = ["asked", "over", "mistake"];

    /// <summary>Why it cannot be done now, or <c>erase.leaves</c> for each campaign that the person leaves by it.</summary>
    public async Task<Outlook> LookAsync(PersonId id, PersonId by, CancellationToken cancellationToken)
    {
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == id, cancellationToken);
        var obstacles = new List<Problem>();
        if (id == by)
        {
            obstacles.Add(new("erase.self"));
        }

        if (person.Roles != Roles.None)
        {
            obstacles.Add(new("erase.staff"));
        }

        obstacles.AddRange((await db.Hosts.Where(h => h.Head == id).OrderBy(h => h.Code).Select(h => h.Code).ToListAsync(cancellationToken)).Select(code => Problem.Of("erase.head", code)));
        var parts = await (
            from student in db.Students.Where(s => s.Person == id && s.WithdrawnAt == null)
            join campaign in db.Campaigns on student.Campaign equals campaign.Id
            orderby campaign.AcademicYear, campaign.Id
            select new { campaign.Track, campaign.AcademicYear, campaign.State }).ToListAsync(cancellationToken);
        obstacles.AddRange(parts.Where(part => part.State is CampaignState.Matching or CampaignState.Published).Select(part => Problem.Of("erase.placed", part.Track, part.AcademicYear, part.State)));
        if (await db.Outbox.AnyAsync(l => l.Person == id && l.State == LetterState.Sending, cancellationToken))
        {
            obstacles.Add(new("letter.sending"));
        }

        return new(obstacles, [.. parts.Where(part => part.State < CampaignState.Matching).Select(part => new Leaving(part.Track, part.AcademicYear))]);
    }

    /// <returns>Problem <c>erase.cause</c>, <c>erase.done</c>, or the first obstacle of <see cref="LookAsync"/>.</returns>
    public async Task<Result<Done>> HandleAsync(PersonId id, string? cause, PersonId by, CancellationToken cancellationToken)
    {
        if (cause is null || !Causes.Contains(cause))
        {
            return Problem.On("cause", "erase.cause");
        }

        var erased = await db.WriteAsync<Result<Done>>(
            async token =>
            {
                var person = await db.People.SingleAsync(p => p.Id == id, token);
                if (person.ErasedAt is not null)
                {
                    return new Problem("erase.done");
                }

                if ((await LookAsync(id, by, token)).Obstacles is [var obstacle, ..])
                {
                    return obstacle;
                }

                return await ApplyAsync(person, cause, by, token) ? default(Done) : new Problem("letter.sending");
            },
            cancellationToken);
        if (erased.TryGet(out _, out _))
        {
            // The rows are changed; from here on it is not given up half-way.
            await finish.ScrubAsync(new(id.Value, clock.GetUtcNow(), by.Value, cause), CancellationToken.None);
        }

        return erased;
    }

    /// <summary>Erases again whom a restored backup brought back. What kept them from being erased was looked at the first time.</summary>
    public Task<bool> RepeatAsync(PersonId id, string cause, PersonId? by, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async token => await db.People.SingleOrDefaultAsync(p => p.Id == id, token) is { ErasedAt: null } person && await ApplyAsync(person, cause, by, token),
            cancellationToken);

    private async Task<bool> ApplyAsync(Person person, string cause, PersonId? by, CancellationToken cancellationToken)
    {
        var (id, now, blot) = (person.Id, clock.GetUtcNow(), new Blot(person));
        var addressHash = Secrets.Hash(person.Email.Value);
        person.Erase(now);
        var letters = await db.Outbox.Where(l => l.Person == id).ToListAsync(cancellationToken);
        foreach (var letter in letters)
        {
            if (!letter.Erase(person, now).TryGet(out _, out _))
            {
                return false;
            }
        }

        var touched = letters.Select(letter => letter.Id).ToList();
        var students = await db.Students.Where(s => s.Person == id).ToListAsync(cancellationToken);
        var own = students.Select(student => student.Id).ToList();
        foreach (var student in students)
        {
            student.Erase();
            if ((await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == student.Campaign, cancellationToken)).State < CampaignState.Matching)
            {
                student.Withdraw(now);
            }
        }

        foreach (var ranking in await db.Rankings.Where(r => own.Contains(r.Student)).ToListAsync(cancellationToken))
        {
            ranking.EraseNotes();
        }

        var placements = await db.Placements.Where(p => own.Contains(p.Student)).ToListAsync(cancellationToken);
        foreach (var placement in placements)
        {
            placement.EraseHostReason();
        }

        await EraseVetoesAsync(students, cancellationToken);
        touched.AddRange(await BlotLettersAsync(id, blot, cancellationToken));
        var reasons = await EraseReasonsAsync(blot, placements.Select(placement => placement.Id.ToString()).ToHashSet(StringComparer.Ordinal), cancellationToken);
        foreach (var request in await db.SignInRequests.Where(r => r.Person == id || r.AddressHash == addressHash).ToListAsync(cancellationToken))
        {
            db.SignInRequests.Remove(request);
        }

        db.Sessions.RemoveRange(await db.Sessions.Where(s => s.Person == id).ToListAsync(cancellationToken));
        db.SecondFactors.RemoveRange(await db.SecondFactors.Where(f => f.Person == id).ToListAsync(cancellationToken));
        db.ExternalAccounts.RemoveRange(await db.ExternalAccounts.Where(a => a.Person == id).ToListAsync(cancellationToken));
        db.Audit.Add(new(now, by, null, "person.erased", id.ToString(), $"cause {cause}, {letters.Count} letters, {touched.Count - letters.Count} letters to others, {ChainCheck.SayErased(reasons)}"));
        finish.Mark(touched);
        await db.SaveChangesAsync(cancellationToken);
        LogErased(id, letters.Count);
        return true;
    }

    private async Task EraseVetoesAsync(IReadOnlyList<Student> students, CancellationToken cancellationToken)
    {
        foreach (var student in students)
        {
            foreach (var ranking in await db.HostRankings.Where(r => r.Campaign == student.Campaign).ToListAsync(cancellationToken))
            {
                if (ranking.Versions.Select(version => version.Applicants).Append(ranking.Draft).Any(list => list.Vetoed.Any(veto => veto.Student == student.Id)))
                {
                    ranking.EraseReasonOf(student.Id);
                }
            }
        }
    }

    /// <returns>The letters to others that named the person.</returns>
    private async Task<IReadOnlyList<LetterId>> BlotLettersAsync(PersonId id, Blot blot, CancellationToken cancellationToken)
    {
        // A letter greets its reader by name: one to a namesake is theirs.
        var names = blot.Names;
        var found = new List<LetterId>();
        // One at a time: the words of every letter there is are more than a page should hold.
        foreach (var one in await db.Outbox.AsNoTracking().Where(l => l.Person != id && !names.Contains(l.ToName) && l.TextBody != "").OrderBy(l => l.Id).Select(l => new { l.Id, l.Subject, l.TextBody }).ToListAsync(cancellationToken))
        {
            if ((blot.Hits(one.Subject) || blot.Hits(one.TextBody)) && (await db.Outbox.SingleAsync(l => l.Id == one.Id, cancellationToken)).Blot(blot.Over))
            {
                found.Add(one.Id);
            }
        }

        return found;
    }

    /// <param name="about">Whatever is said about these is said about the person.</param>
    /// <returns>The entries of the journal whose reasons named the person or were about their placements.</returns>
    private async Task<IReadOnlyList<long>> EraseReasonsAsync(Blot blot, HashSet<string> about, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        foreach (var one in await db.Audit.AsNoTracking().Where(a => a.Reason != null).OrderBy(a => a.Sequence).Select(a => new { a.Sequence, a.Subject, a.Reason }).ToListAsync(cancellationToken))
        {
            if ((about.Contains(one.Subject) || blot.Hits(one.Reason)) && (await db.Audit.SingleAsync(a => a.Sequence == one.Sequence, cancellationToken)).EraseReason())
            {
                found.Add(one.Sequence);
            }
        }

        return found;
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Person {Person} is erased, with {Letters} letters.")]
    private partial void LogErased(PersonId person, int letters);

    public sealed record Outlook(IReadOnlyList<Problem> Obstacles, IReadOnlyList<Leaving> Leaves);

    public sealed record Leaving(Track Track, string Year);
}
