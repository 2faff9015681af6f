namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <summary>The four files of a campaign, as bytes.</summary>
public sealed record CampaignFiles(byte[] Students, byte[] Hosts, byte[] Offers, byte[] Rankings)
{
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static async Task<CampaignFiles> ReadFolderAsync(string folder, CancellationToken cancellationToken) => new(
        await File.ReadAllBytesAsync(Path.Combine(folder, "students.csv"), cancellationToken),
        await File.ReadAllBytesAsync(Path.Combine(folder, "hosts.csv"), cancellationToken),
        await File.ReadAllBytesAsync(Path.Combine(folder, "offers.csv"), cancellationToken),
        await File.ReadAllBytesAsync(Path.Combine(folder, "rankings.csv"), cancellationToken));
}
