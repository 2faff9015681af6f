using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>The service with a mail server, and its dispatcher called by hand.</summary>
internal static class MailHost
{
    public static MatchingHost Of(int port, params (string Path, string Value)[] settings) => With(new MatchingHost(), port, settings);

    /// <param name="storage">A storage folder of an earlier host; null: a new one.</param>
    public static MatchingHost Lasting(int port, string? storage = null) =>
        With(storage is null ? new MatchingHost { KeepStorage = true } : new MatchingHost { KeepStorage = true, Storage = storage }, port, []);

    public static Task<int> SendAsync(this MatchingHost host, CancellationToken cancellationToken = default) =>
        host.Services.GetRequiredService<LetterDispatcher>().SendDueAsync(cancellationToken);

    /// <summary>Queues letters to <c>p1@one.example.org</c>, <c>p2@...</c> and so on, in this order.</summary>
    public static Task<List<LetterId>> QueueAsync(this MatchingHost host, int count = 1, Func<int, string>? address = null, string? second = null, LetterKind kind = LetterKind.Notice, DateTimeOffset? until = null) =>
        host.DoAsync<PlacementDb, List<LetterId>>(async db =>
        {
            var now = host.Clock.GetUtcNow();
            var ids = new List<LetterId>();
            var before = await db.Outbox.CountAsync();
            for (var i = 1; i <= count; i++)
            {
                var person = new Person(PersonId.New(now), $"Person {before + i}", null, EmailAddress.Create(address?.Invoke(i) ?? $"p{before + i}@one.example.org"), Language.English, Roles.None);
                person.ChangeSecondAddress(second is null ? null : EmailAddress.Create(second));
                var letter = new OutboxLetter(LetterId.New(now.AddMilliseconds(before + i)), kind, null, person, $"test:{before + i}", new($"Subject {before + i}", "Text\n", "<p>Text</p>\n"), now, now);
                if (until is { } limit)
                {
                    letter.ExpireAfter(limit);
                }

                ids.Add(letter.Id);
                db.AddRange(person, letter);
            }

            await db.SaveChangesAsync();
            return ids;
        });

    public static Task<OutboxLetter> LetterAsync(this MatchingHost host, LetterId id) => host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Id == id));

    public static Task<List<OutboxLetter>> LettersAsync(this MatchingHost host) => host.ReadAsync(db => db.Outbox.AsNoTracking().OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).ToListAsync());

    public static Task<SendingState> SendingAsync(this MatchingHost host) => host.ReadAsync(db => db.Sending.AsNoTracking().SingleAsync());

    /// <summary>The time limit is set as the client reads, a moment after the server has spoken: time goes on until it has bitten.</summary>
    public static async Task AdvanceUntilAsync(this MatchingHost host, TimeSpan step, Task? end)
    {
        host.Clock.Advance(step);
        while (end is { IsCompleted: false })
        {
            await Task.WhenAny(end, Task.Delay(20));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        if (end is not null)
        {
            await end;
        }
    }

    private static MatchingHost With(MatchingHost host, int port, (string Path, string Value)[] settings)
    {
        host.Settings["Mail:Host"] = "127.0.0.1";
        host.Settings["Mail:Port"] = port.ToString(CultureInfo.InvariantCulture);
        host.Settings["Mail:Security"] = "None";
        foreach (var (path, value) in settings)
        {
            host.Settings[path] = value;
        }

        return host;
    }
}
