using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Tests.Faults;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using Xunit.Abstractions;

namespace WutAmu.Placement.Web.Tests.Backups;

/// <summary>The drill: a running service is backed up by the script, works on, is killed, loses its databases, and is restored by the script.</summary>
public sealed class RestoreDrillTests(ITestOutputHelper output) : IDisposable
{
    private string storage = "";

    public void Dispose()
    {
        if (Directory.Exists(storage))
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    [Theory]
    [InlineData("", "--yes restores without asking")]
    [InlineData("no", "Nothing was changed")]
    public async Task Without_a_yes_nothing_is_restored_and_it_says_so(string answer, string sentence)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "scripts", "restore")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // A restore that went on would say that this is no program.
        start.Environment["PLACEMENT_PROGRAM"] = Path.Combine(Path.GetTempPath(), "nothing.dll");
        using var process = Process.Start(start)!; // not null: UseShellExecute is off
        await process.StandardInput.WriteAsync(answer.Length > 0 ? answer + "\n" : "");
        process.StandardInput.Close();
        var words = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.Should().Be(1);
        words.Should().Contain(sentence).And.Contain("Nothing was changed").And.NotContain("nothing.dll");
    }

    [SmtpSinkFact]
    public async Task A_service_that_lost_its_databases_is_back_from_its_backup_and_sends_nothing_twice()
    {
        await using var sink = await SmtpSink.StartAsync();
        var settings = new Dictionary<string, string> { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = sink.Port.ToString(CultureInfo.InvariantCulture), ["Mail:Security"] = "None" };
        (var campaigns, storage) = await CrashCampaigns.CreateAsync(ready: 2);
        string backup;
        TimeSpan lost;
        int before;
        int sent;
        await using (var service = await ServiceProcess.StartAsync(storage, settings))
        {
            using var coordinator = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = service.Address }, campaigns.Coordinator);
            using var student = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = service.Address }, campaigns.Ranking[0].Person);
            await PublishAsync(coordinator, campaigns, 0);
            await UntilAllAcceptedAsync();
            before = (await sink.LettersAsync()).Count;
            await coordinator.OpenAsync("/Letters");
            await coordinator.Fill("reason", "checking the list first").PressAsync(handler: "Pause");
            await PublishAsync(coordinator, campaigns, 1);
            await SaveAsync(student, campaigns, "before");

            backup = (await ScriptAsync("backup", "--storage", storage)).Trim();
            var made = Stopwatch.GetTimestamp();
            await coordinator.OpenAsync("/Letters");
            await coordinator.PressAsync(handler: "Resume");
            await SaveAsync(student, campaigns, "after");
            await SubmitAsync(student, campaigns);
            await UntilAllAcceptedAsync();
            await service.KillAsync();
            lost = Stopwatch.GetElapsedTime(made);
            sent = (await sink.LettersAsync()).Count;
        }

        foreach (var database in Directory.EnumerateFiles(storage, "*.db*"))
        {
            await File.WriteAllTextAsync(database, "a disk that died");
        }

        var started = Stopwatch.GetTimestamp();
        var said = await ScriptAsync("restore", "--yes", "--storage", storage);
        await using var restored = await ServiceProcess.StartAsync(storage, settings);
        using var monitor = new HttpClient { BaseAddress = restored.Address };
        (await monitor.GetAsync("/health/ready")).StatusCode.Should().Be(HttpStatusCode.OK);
        var back = Stopwatch.GetElapsedTime(started);

        said.Should().Contain(Path.GetFileName(backup)).And.Contain("kept in");
        using var again = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = restored.Address }, campaigns.Coordinator);
        using var returning = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = restored.Address }, campaigns.Ranking[0].Person);
        (await OutsideView.ReadAsync(storage, db => db.Outbox.CountAsync(l => l.State == LetterState.Accepted))).Should().Be(before, "the backup knows those by itself");
        (await OutsideView.ReadAsync(storage, db => db.Rankings.AsNoTracking().SingleAsync(r => r.Student == campaigns.Ranking[0].Student))).NoteOn(campaigns.Offers[0]).Should().Be("before");
        await again.OpenAsync("/Letters/Restored");
        var doubtful = await OutsideView.ReadAsync(storage, db => db.Outbox.CountAsync(l => l.State == LetterState.Queued));
        doubtful.Should().BePositive("the backup still has the second campaign's letters waiting");
        Occurrences(again.Html, "checked=\"checked\"").Should().Be(doubtful, "the relay journal has all of them");
        sent.Should().Be(before + doubtful + 1, "a receipt was written after the backup");
        again.Text.Should().Contain("250 ", "these are the mail server's own words");

        // Nobody marks them: the journal must do without a person.
        await again.PressAsync(handler: "Resume");
        await UntilAllAcceptedAsync();
        await SaveAsync(returning, campaigns, "again");
        await SubmitAsync(returning, campaigns);
        await UntilAllAcceptedAsync();
        (await restored.StopAsync()).Should().Be(0);

        (await sink.LettersAsync()).Select(letter => letter.MessageId).Should().OnlyHaveUniqueItems().And.HaveCount(sent + 1, "only the new receipt has left");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Lost (RPO): what was acknowledged in the {lost.TotalSeconds:0.0} s since the backup. Back (RTO): restored and ready after {back.TotalSeconds:0.0} s. {sent} letters, {doubtful} of them in doubt after the restore, none twice."));
    }

    private static async Task PublishAsync(HostBrowser coordinator, CrashCampaigns campaigns, int number)
    {
        await coordinator.OpenAsync($"/Campaigns/{campaigns.Ready[number]}");
        await coordinator.Fill("policy", "min-regret-greedy").PressAsync(handler: "Run");
        var run = coordinator.Path;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (coordinator.Html.Contains("data-poll", StringComparison.Ordinal))
        {
            await Task.Delay(50, patience.Token); // the page does the same
            await coordinator.OpenAsync(run);
        }

        await coordinator.Fill("sure", "true").PressAsync(handler: "Publish");
        coordinator.Text.Should().Contain("Published on");
    }

    private static async Task SaveAsync(HostBrowser student, CrashCampaigns campaigns, string note)
    {
        await student.OpenAsync($"/Rankings/{campaigns.Open}");
        await student.Fill("Form.List", string.Join(';', campaigns.Offers)).Fill($"Form.Notes[{campaigns.Offers[0]}]", note).PressAsync("save");
        student.Status.Should().Be(HttpStatusCode.OK);
    }

    private static async Task SubmitAsync(HostBrowser student, CrashCampaigns campaigns)
    {
        await student.OpenAsync($"/Rankings/{campaigns.Open}/Check");
        await student.PressAsync();
        student.Path.Should().Contain("/Versions/");
    }

    private Task UntilAllAcceptedAsync() => OutsideView.UntilAsync(storage, async db => !await db.Outbox.AnyAsync(l => l.State != LetterState.Accepted));

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    private static async Task<string> ScriptAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "scripts", script), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLACEMENT_PROGRAM"] = ServiceProcess.Program;
        using var process = Process.Start(start)!; // not null: UseShellExecute is off
        var words = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, await words);
        return said;
    }
}
