using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>The whole service with its workers: files in, letters at a real mail server.</summary>
public sealed class MainJobTests
{
    [SmtpSinkFact]
    public async Task The_sample_campaign_goes_from_files_to_one_letter_for_everybody()
    {
        await using var sink = await SmtpSink.StartAsync();
        await using var host = new MatchingHost(workers: true);
        host.Settings["Mail:Host"] = "127.0.0.1";
        host.Settings["Mail:Port"] = sink.Port.ToString(CultureInfo.InvariantCulture);
        host.Settings["Mail:Security"] = "None";
        var campaign = await SampleCampaign.CreateAsync(host);
        (await campaign.ImportAsync(host, await campaign.FilesAsync())).Problems.Should().BeEmpty();
        await campaign.MoveToMatchingAsync(host);

        var id = (await host.DoAsync<StartRun, Result<RunId>>(start => start.HandleAsync(campaign.Id, "min-regret-greedy", campaign.Coordinator, CancellationToken.None))).Value();
        await UntilAsync(host, async db => await db.Runs.AnyAsync(run => run.Id == id && run.State != RunState.Queued && run.State != RunState.Solving));
        (await host.DoAsync<PublishRun, Result<PublicationId>>(publish => publish.HandleAsync(id, null, campaign.Coordinator, CancellationToken.None))).Value();
        await UntilAsync(host, async db => !await db.Outbox.AnyAsync(letter => letter.State == LetterState.Queued || letter.State == LetterState.Sending));

        var run = await host.ReadAsync(db => db.Runs.AsNoTracking().SingleAsync(r => r.Id == id));
        var students = await host.ReadAsync(async db => await (from student in db.Students
                                                               join person in db.People on student.Person equals person.Id
                                                               select person).AsNoTracking().ToListAsync());
        var heads = await host.ReadAsync(async db => await (from placement in db.Placements
                                                            join offer in db.Offers on placement.Offer equals offer.Id
                                                            join hosts in db.Hosts on offer.Host equals hosts.Id
                                                            join person in db.People on hosts.Head equals person.Id
                                                            select person).AsNoTracking().Distinct().ToListAsync());
        var letters = await sink.LettersAsync();
        run.State.Should().Be(RunState.Verified);
        (await host.ReadAsync(db => db.Outbox.Where(letter => letter.State != LetterState.Accepted).CountAsync())).Should().Be(0);
        letters.Select(letter => letter.MessageId).Should().OnlyHaveUniqueItems();
        foreach (var person in students.Concat(heads))
        {
            var mine = letters.Where(letter => letter.To.Mailboxes.Single().Address == person.Email.Value).Should().ContainSingle($"{person.Email} gets one letter").Subject;
            // Every letter of ours has a body.
            mine.Body!.Headers[HeaderId.ContentLanguage].Should().Be(person.Language.Tag());
            mine.TextBody.Should().Contain(person.Name);
            mine.HtmlBody.Should().Contain($"lang=\"{person.Language.Tag()}\"");
            mine.Headers[HeaderId.AutoSubmitted].Should().Be("auto-generated");
        }
    }

    [SmtpSinkFact]
    public async Task The_log_of_a_whole_campaign_holds_ids_and_no_name_address_or_wish()
    {
        await using var sink = await SmtpSink.StartAsync();
        await using var host = new MatchingHost(workers: true);
        host.Settings["Mail:Host"] = "127.0.0.1";
        host.Settings["Mail:Port"] = sink.Port.ToString(CultureInfo.InvariantCulture);
        host.Settings["Mail:Security"] = "None";
        var campaign = await SampleCampaign.CreateAsync(host);
        await campaign.ImportAsync(host, await campaign.FilesAsync());
        await campaign.MoveToMatchingAsync(host);
        var id = (await host.DoAsync<StartRun, Result<RunId>>(start => start.HandleAsync(campaign.Id, "min-regret-greedy", campaign.Coordinator, CancellationToken.None))).Value();
        await UntilAsync(host, async db => await db.Runs.AnyAsync(run => run.Id == id && run.State == RunState.Verified));
        (await host.DoAsync<PublishRun, Result<PublicationId>>(publish => publish.HandleAsync(id, null, campaign.Coordinator, CancellationToken.None))).Value();
        await UntilAsync(host, async db => !await db.Outbox.AnyAsync(letter => letter.State == LetterState.Queued || letter.State == LetterState.Sending));

        var people = await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync());
        var offers = await host.ReadAsync(db => db.Offers.AsNoTracking().Select(offer => offer.Code).ToListAsync());
        var log = string.Join('\n', host.Logs);

        log.Should().Contain(id.ToString()).And.Contain("is Accepted after attempt 1");
        people.SelectMany(person => new[] { person.Name, person.LatinName, person.Email.Value }).OfType<string>().Where(log.Contains).Should().BeEmpty();
        offers.Where(offer => log.Contains(offer, StringComparison.Ordinal)).Should().BeEmpty("which offer somebody wants or has is a wish");
    }

    /// <summary>Looks again until the state is reached; fails after five minutes.</summary>
    private static async Task UntilAsync(MatchingHost host, Func<Persistence.PlacementDb, Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (!await host.ReadAsync(condition))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }
}
