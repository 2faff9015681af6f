using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>The disk of the storage folder has no byte left, and then has again.</summary>
public sealed class DiskFullTests
{
    /// <summary>
    /// A disk that is really full (ENOSPC, which SQLite calls FULL) and whose free space health measures; the test below shows neither. Only root may mount such a disk: one
    /// in a user namespace is out of reach, for SQLite resolves /proc/.../root to the path outside.
    /// </summary>
    [SmallDiskFact]
    public async Task The_user_reads_not_saved_nothing_acknowledged_is_lost_and_the_service_recovers_by_itself()
    {
        using var disk = new Tmpfs(24);
        var (campaigns, made) = await CrashCampaigns.CreateAsync(ready: 0);
        var storage = Path.Combine(disk.Folder, "data");
        Directory.CreateDirectory(storage);
        foreach (var file in Directory.EnumerateFiles(made))
        {
            File.Copy(file, Path.Combine(storage, Path.GetFileName(file)));
        }

        var saved = 0;
        await using (var service = await ServiceProcess.StartAsync(storage, new Dictionary<string, string> { ["Health:LeastDiskInMegabytes"] = "1", ["Health:LowDiskInMegabytes"] = "2" }))
        {
            using var browser = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = service.Address }, campaigns.Ranking[0].Person);
            using var monitor = new HttpClient { BaseAddress = service.Address };
            await SaveAsync(browser, campaigns, ++saved);
            disk.Fill();

            var words = "";
            for (var attempt = 0; attempt < 2000 && words.Length == 0; attempt++)
            {
                // The write-ahead log has some room of its own.
                if (await SaveAsync(browser, campaigns, saved + 1))
                {
                    saved++;
                }
                else
                {
                    words = browser.Text;
                    ((int)browser.Status).Should().Be(507);
                }
            }

            var ready = await monitor.GetAsync("/health/ready");
            var live = await monitor.GetAsync("/health/live");
            disk.Clear();
            var recovered = await SaveAsync(browser, campaigns, ++saved);

            words.Should().Contain("Not saved").And.Contain("disk is full");
            ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            live.StatusCode.Should().Be(HttpStatusCode.OK);
            recovered.Should().BeTrue("there is room again");
            (await monitor.GetAsync("/health/ready")).StatusCode.Should().Be(HttpStatusCode.OK);
            (await service.StopAsync()).Should().Be(0);
        }

        SqliteFile.Faults(Path.Combine(storage, "placement.db")).Should().BeEmpty();
        await using var host = new MatchingHost { Storage = storage, KeepStorage = true };
        var note = await host.ReadAsync(async db => (await db.Rankings.AsNoTracking().SingleAsync(r => r.Student == campaigns.Ranking[0].Student)).NoteOn(campaigns.Offers[0]));
        note.Should().StartWith(saved.ToString(CultureInfo.InvariantCulture) + " ");
    }

    /// <summary>Needs no disk of its own, and so no root: the system refuses to let a file grow (EFBIG, which SQLite calls an I/O error), with the same words and the same end.</summary>
    [Fact]
    public async Task A_file_that_may_not_grow_is_told_as_not_saved_too()
    {
        var (campaigns, storage) = await CrashCampaigns.CreateAsync(ready: 0);
        var saved = 0;
        await using (var service = await ServiceProcess.StartAsync(storage, refusable: true))
        {
            using var browser = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = service.Address }, campaigns.Ranking[0].Person);
            await SaveAsync(browser, campaigns, ++saved);
            // The files as they are, and some room for their logs.
            service.LimitFiles(Directory.EnumerateFiles(storage).Max(file => new FileInfo(file).Length) + (40 * 1024));
            while (saved < 2000 && await SaveAsync(browser, campaigns, saved + 1))
            {
                saved++;
            }

            var (status, words) = ((int)browser.Status, browser.Text);
            service.LimitFiles(null);
            var recovered = await SaveAsync(browser, campaigns, ++saved);

            saved.Should().BeGreaterThan(1, "there was some room");
            status.Should().Be(507);
            words.Should().Contain("Not saved").And.Contain("disk is full");
            recovered.Should().BeTrue("there is room again");
            (await service.StopAsync()).Should().Be(0, service.Words);
        }

        SqliteFile.Faults(Path.Combine(storage, "placement.db")).Should().BeEmpty();
        SqliteFile.Faults(Path.Combine(storage, "jobs.db")).Should().BeEmpty();
        var note = await OutsideView.ReadAsync(storage, async db => (await db.Rankings.AsNoTracking().SingleAsync(r => r.Student == campaigns.Ranking[0].Student)).NoteOn(campaigns.Offers[0]));
        note.Should().StartWith(saved.ToString(CultureInfo.InvariantCulture) + " ");
        Directory.Delete(storage, recursive: true);
    }

    /// <returns>True if the service said that it is saved.</returns>
    private static async Task<bool> SaveAsync(HostBrowser browser, CrashCampaigns campaigns, int number)
    {
        var page = $"/Rankings/{campaigns.Open}";
        await browser.OpenAsync(page);
        if (browser.Status != HttpStatusCode.OK)
        {
            return false;
        }

        await browser.Fill($"Form.Notes[{campaigns.Offers[0]}]", string.Create(CultureInfo.InvariantCulture, $"{number} {new string('n', 150)}"))
            .Fill("Form.List", string.Join(';', number % 2 == 0 ? campaigns.Offers : campaigns.Offers.AsEnumerable().Reverse())).PressAsync("save");
        return browser.Status == HttpStatusCode.OK;
    }
}
