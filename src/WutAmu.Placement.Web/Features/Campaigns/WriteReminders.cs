using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>
/// Reminds those who have not acted, and only them, when <see cref="ReminderPlan"/> says so; each person of each slot once. Reminders still waiting to be sent
/// when their deadline has passed, when the next one is near, or when their reader has acted meanwhile, are withdrawn.
/// </summary>
public sealed partial class WriteReminders(PlacementDb db, CampaignsInTurn inTurn, DeadlineLetters letters, LetterBell bell, TimeProvider clock, ILogger<WriteReminders> logger)
{
    /// <summary>A coordinator's own reminder to a host counts for so long.</summary>
    private static readonly TimeSpan ByHand = TimeSpan.FromHours(24);

    /// <summary>What was written while this looks may be so much later; what is later still was written by a clock that has been set back since.</summary>
    private static readonly TimeSpan Meanwhile = TimeSpan.FromMinutes(5);

    /// <returns>How many were written.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var campaigns = (await db.Campaigns.AsNoTracking().OrderBy(c => c.Id).ToListAsync(cancellationToken)).ToDictionary(c => c.Id);
        var written = (await inTurn.EachAsync("remind", campaigns.Keys, (campaign, token) => RemindAsync(campaigns[campaign], now, token), cancellationToken)).Sum();
        if (written > 0)
        {
            bell.Ring();
        }

        return written;
    }

    private async Task<int> RemindAsync(Campaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var silent = await SilentAsync(campaign, now, cancellationToken);
        await WithdrawAsync(campaign, silent, now, cancellationToken);
        var written = 0;
        if (silent.Count > 0)
        {
            var known = await KnownSinceAsync(campaign, now, cancellationToken);
            var keys = (await db.Outbox.Where(l => l.Campaign == campaign.Id && l.Kind == LetterKind.Reminder).Select(l => new { l.Key, l.CreatedAt }).ToListAsync(cancellationToken)).ToDictionary(l => l.Key, l => l.CreatedAt, StringComparer.Ordinal);
            foreach (var one in silent)
            {
                if (ReminderPlan.Due(one.Deadline, known, now, TimeZoneInfo.FindSystemTimeZoneById(one.Person.TimeZone)) is not { } slot)
                {
                    continue;
                }

                var key = Key(campaign, one, slot);
                var byHand = one.Host is { } host && keys.Any(l => l.Key.StartsWith($"host-reminder:{campaign.Id}:{host.Id}:", StringComparison.Ordinal) && l.Value > now - ByHand && l.Value <= now);
                if (!byHand && !keys.ContainsKey(key))
                {
                    db.Outbox.Add(letters.Reminder(campaign, one, slot, key, now));
                    written++;
                }
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        if (written > 0)
        {
            LogWritten(campaign.Id, written, silent.Count);
        }

        return written;
    }

    /// <summary>Those who may still act before an open deadline and have not.</summary>
    private async Task<IReadOnlyList<Silent>> SilentAsync(Campaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var silent = new List<Silent>();
        if (campaign.AcceptsDeclarations(now) && campaign.DeclarationDeadline is { } declaration)
        {
            var hosts = await (from declared in db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign.Id && d.Declared == null)
                               join host in db.Hosts.AsNoTracking() on declared.Host equals host.Id
                               join person in db.People.AsNoTracking() on host.Head equals person.Id
                               orderby host.Id
                               select new { host, person }).ToListAsync(cancellationToken);
            silent.AddRange(hosts.Select(row => new Silent(DeadlineKind.Declaration, declaration, row.person, row.host.Id.Value, row.host)));
        }

        if (campaign.AcceptsRankings(now) && campaign.RankingDeadline is { } ranking)
        {
            var students = await (from student in db.Students.AsNoTracking().Where(s => s.Campaign == campaign.Id && s.WithdrawnAt == null)
                                  where !db.Rankings.Any(r => r.Student == student.Id && r.Versions.Any())
                                  join person in db.People.AsNoTracking() on student.Person equals person.Id
                                  orderby student.Id
                                  select new { student.Id, person }).ToListAsync(cancellationToken);
            silent.AddRange(students.Select(row => new Silent(DeadlineKind.Ranking, ranking, row.person, row.Id.Value, null)));
        }

        if (campaign.AcceptsAnswers(now) && campaign.AnswerDeadline is { } answer)
        {
            var placed = await (from publication in db.Publications.AsNoTracking().Where(p => p.Campaign == campaign.Id && p.RecalledAt == null && p.LettersFrom <= now)
                                join placement in db.Placements.AsNoTracking().Where(p => p.StudentAnswer == Answer.Pending) on publication.Id equals placement.Publication
                                join student in db.Students.AsNoTracking().Where(s => s.WithdrawnAt == null) on placement.Student equals student.Id
                                join person in db.People.AsNoTracking() on student.Person equals person.Id
                                orderby placement.Id
                                select new { placement.Id, person }).ToListAsync(cancellationToken);
            silent.AddRange(placed.Select(row => new Silent(DeadlineKind.Answer, answer, row.person, row.Id.Value, null)));
        }

        return silent;
    }

    private async Task WithdrawAsync(Campaign campaign, IReadOnlyList<Silent> silent, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var prefix = Prefix(campaign);
        var waiting = await db.Outbox.Where(l => l.Campaign == campaign.Id && l.State == LetterState.Queued && l.Key.StartsWith(prefix)).OrderBy(l => l.Id).ToListAsync(cancellationToken);
        var wanted = silent.SelectMany(one => ReminderPlan.Slots.Where(slot => ReminderPlan.IsWorthSending(slot, one.Deadline, now)).Select(slot => Key(campaign, one, slot))).ToHashSet(StringComparer.Ordinal);
        foreach (var letter in waiting.Where(l => !wanted.Contains(l.Key)))
        {
            letter.Recall(now);
        }
    }

    /// <summary>Since when the phase is open and its deadlines stand, from the audit. What was written by a clock that has been set back since says nothing about that.</summary>
    private async Task<DateTimeOffset> KnownSinceAsync(Campaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now + Meanwhile;
        string[] changes = ["campaign.moved", "campaign.scheduled", "campaign.reopened", "run.published"];
        return await db.Audit.Where(a => a.Campaign == campaign.Id && changes.Contains(a.Action) && a.At <= until).OrderByDescending(a => a.Sequence).Select(a => (DateTimeOffset?)a.At).FirstOrDefaultAsync(cancellationToken) ?? DateTimeOffset.MinValue;
    }

    private static string Prefix(Campaign campaign) => $"reminder:{campaign.Id}:";

    // With the deadline in it: one that was put off is another deadline.
    private static string Key(Campaign campaign, Silent one, TimeSpan slot) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(campaign)}{one.Kind}:{one.Deadline.ToUnixTimeSeconds()}:{slot.TotalHours}h:{one.Subject:N}");

    [LoggerMessage(EventId = 1011, Level = LogLevel.Information, Message = "Campaign {Campaign}: {Written} reminders written; {Silent} have not acted.")]
    private partial void LogWritten(CampaignId campaign, int written, int silent);
}

/// <summary>Somebody who has not acted yet.</summary>
/// <param name="Subject">The host, student or placement it is about.</param>
/// <param name="Host">The host that has not declared; null for students.</param>
public sealed record Silent(DeadlineKind Kind, DateTimeOffset Deadline, Person Person, Guid Subject, Domain.Hosts.Host? Host);
