using System.Globalization;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>Two services on one storage folder would send letters twice and fail each other's runs.</summary>
public sealed class TwoServicesTests : IDisposable
{
    private readonly string storage = Directory.CreateTempSubdirectory("placement-").FullName;

    public void Dispose() => Directory.Delete(storage, recursive: true);

    [Fact]
    public async Task The_second_service_on_a_storage_folder_refuses_in_words_and_the_first_serves_on()
    {
        await using var first = await ServiceProcess.StartAsync(storage);
        using var client = new HttpClient { BaseAddress = first.Address };

        var (code, words) = await ServiceProcess.RunAsync(storage);

        code.Should().Be(3);
        words.Should().Contain($"Another service (process {first.Id.ToString(CultureInfo.InvariantCulture)})").And.Contain(storage).And.NotContain("   at ", "an operator reads a sentence, not a stack");
        (await client.GetAsync("/")).IsSuccessStatusCode.Should().BeTrue();
    }

    [Fact]
    public async Task A_killed_service_leaves_no_lock_behind()
    {
        await using (var first = await ServiceProcess.StartAsync(storage))
        {
            await first.KillAsync();
        }

        await using var second = await ServiceProcess.StartAsync(storage);

        using var client = new HttpClient { BaseAddress = second.Address };
        (await client.GetAsync("/")).IsSuccessStatusCode.Should().BeTrue();
    }

    [Fact]
    public async Task A_service_does_not_start_on_a_half_restored_storage()
    {
        await File.WriteAllTextAsync(Path.Combine(storage, "restoring"), "");

        var (code, words) = await ServiceProcess.RunAsync(storage);

        code.Should().Be(3);
        words.Should().Contain("scripts/restore");
        File.Exists(Path.Combine(storage, "placement.db")).Should().BeFalse("an empty database in its place would look like a loss");
    }
}
