using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>SIGTERM while the mail server has a whole letter and has not answered yet.</summary>
public sealed class StopWhileSendingTests : IDisposable
{
    /// <summary>What is promised.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private string storage = "";

    public void Dispose()
    {
        if (Directory.Exists(storage))
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    [Fact]
    public async Task An_answer_that_comes_during_the_stop_is_recorded_and_no_further_letter_begins()
    {
        var answer = new TaskCompletionSource();
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? new Act("250 2.0.0 kept", Gate: answer.Task) : null);
        await QueueAsync(letters: 2);
        await using var service = await ServiceProcess.StartAsync(storage, Settings(relay));
        await relay.HeardAsync(".");

        var stopping = service.StopAsync();
        await service.SaidAsync("Application is shutting down");
        answer.SetResult();
        var code = await stopping.WaitAsync(Longest);

        code.Should().Be(0, service.Words);
        relay.Taken.Should().ContainSingle();
        (await LettersAsync()).Select(letter => (letter.State, letter.ServerWords, letter.LeaseOwner)).Should().BeEquivalentTo(
            [(LetterState.Accepted, "250 2.0.0 kept", (Guid?)null), (LetterState.Queued, null, null)]);
    }

    [Fact]
    public async Task Without_an_answer_the_letter_says_so_and_goes_again_with_the_same_message_id_after_the_start()
    {
        var silent = true;
        await using var relay = new ScriptedRelay(said => said.Verb == "." && silent ? Act.Silence : null);
        await QueueAsync(letters: 1);
        await using (var service = await ServiceProcess.StartAsync(storage, Settings(relay)))
        {
            await relay.HeardAsync(".");

            var code = await service.StopAsync().WaitAsync(Longest);

            code.Should().Be(0, service.Words);
        }

        var stopped = (await LettersAsync()).Single();
        (stopped.State, stopped.LeaseOwner, stopped.MayHaveArrived).Should().Be((LetterState.Queued, null, true), "nobody knows whether it arrived, and it is nobody's");
        stopped.ServerWords.Should().Be("handed over; the service stopped before the answer came");

        silent = false;
        await MakeDueAsync();
        await using (await ServiceProcess.StartAsync(storage, Settings(relay)))
        {
            await OutsideView.UntilAsync(storage, db => db.Outbox.AnyAsync(letter => letter.State == LetterState.Accepted));
        }

        relay.Taken.Should().HaveCount(2);
        relay.Taken.Select(taken => taken.Message.MessageId).Distinct().Should().ContainSingle("receivers drop the double");
    }

    private static Dictionary<string, string> Settings(ScriptedRelay relay) =>
        new() { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = relay.Port.ToString(CultureInfo.InvariantCulture), ["Mail:Security"] = "None" };

    private async Task QueueAsync(int letters)
    {
        await using var host = new MatchingHost { KeepStorage = true };
        storage = host.Folder;
        await host.QueueAsync(letters);
    }

    /// <summary>The next attempt, in some minutes, is due now.</summary>
    private Task MakeDueAsync() => OutsideView.DoAsync(storage, db => db.Outbox.ExecuteUpdateAsync(letter => letter.SetProperty(l => l.NextAttemptAt, DateTimeOffset.UnixEpoch)));

    private Task<List<OutboxLetter>> LettersAsync() => OutsideView.ReadAsync(storage, db => db.Outbox.AsNoTracking().OrderBy(l => l.Id).ToListAsync());
}
