using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>
/// Tells those concerned that a deadline has changed: one letter each, held back as long as a publication's. Another change before it leaves takes its place, and a
/// deadline put back takes it away: people read about the deadline they knew and the one that holds. A deadline that is no more is called off in the calendars that have it.
/// </summary>
public sealed class TellDeadlines(PlacementDb db, DeadlineAudience audience, DeadlineLetters letters)
{
    public static string Prefix(CampaignId campaign) => $"deadline:{campaign}:";

    /// <summary>Part of the transaction that changed the campaign, before its end.</summary>
    /// <param name="before">The deadlines that held until now.</param>
    public async Task HandleAsync(Campaign campaign, Deadlines before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<DeadlineKind>())
        {
            var (old, present) = (before.Of(kind), campaign.DeadlineOf(kind));
            if (old == present || !DeadlineAudience.Hears(campaign, kind))
            {
                continue;
            }

            var unheard = await TakeBackAsync(campaign.Id, kind, now, cancellationToken);
            var from = await LeavingAsync(campaign, kind, now, cancellationToken);
            var holders = present is null && kind == DeadlineKind.Declaration ? await audience.HoldersAsync(campaign.Id, cancellationToken) : [];
            foreach (var person in (await audience.OfAsync(campaign.Id, kind, cancellationToken)).UnionBy(holders, person => person.Id))
            {
                var known = unheard.TryGetValue(person.Id, out var heard) ? heard : old;
                if (known == present)
                {
                    continue;
                }

                var hosts = kind == DeadlineKind.Declaration ? await audience.UndeclaredAsync(campaign.Id, person.Id, cancellationToken) : [];
                db.Outbox.Add(letters.Changed(campaign, kind, person, hosts, known, Key(campaign, kind, known, present, person.Id), now, from));
            }
        }
    }

    // The deadline that the reader knew is in the key, for a change before the letter leaves; the version makes it the only one. After a restore a version comes again with
    // another deadline: so that one is in it, too.
    private static string Key(Campaign campaign, DeadlineKind kind, DateTimeOffset? known, DateTimeOffset? present, PersonId person) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(campaign.Id)}{kind}:{known?.ToUnixTimeMilliseconds() ?? 0}:{person}:{campaign.Version}:{present?.ToUnixTimeMilliseconds() ?? 0}");

    /// <returns>By person the deadline they know, where a letter about a later one had not left yet.</returns>
    private async Task<Dictionary<PersonId, DateTimeOffset?>> TakeBackAsync(CampaignId campaign, DeadlineKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var prefix = $"{Prefix(campaign)}{kind}:";
        var waiting = await db.Outbox.Where(l => l.Campaign == campaign && l.State == LetterState.Queued && l.ServerWords == null && l.Key.StartsWith(prefix)).OrderBy(l => l.Id).ToListAsync(cancellationToken);
        var known = new Dictionary<PersonId, DateTimeOffset?>();
        foreach (var letter in waiting.Where(letter => letter.Recall(now).TryGet(out _, out _)))
        {
            var milliseconds = long.Parse(letter.Key[prefix.Length..].Split(':')[0], CultureInfo.InvariantCulture);
            known[letter.Person] = milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }

        return known;
    }

    /// <summary>Not before the result that names the deadline which has changed.</summary>
    private async Task<DateTimeOffset> LeavingAsync(Campaign campaign, DeadlineKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = now + campaign.LetterHold;
        var results = kind != DeadlineKind.Answer ? null : await db.Publications
            .Where(p => p.Campaign == campaign.Id && p.RecalledAt == null).OrderByDescending(p => p.LettersFrom).Select(p => (DateTimeOffset?)p.LettersFrom).FirstOrDefaultAsync(cancellationToken);
        return results > from ? results.Value : from;
    }
}
