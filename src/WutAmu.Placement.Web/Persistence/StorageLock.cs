using System.Globalization;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>
/// One service per storage folder: an advisory lock (<c>flock</c>) on <c>service.lock</c>, which the system drops with the process however it ends.
/// The file itself stays and says nothing; who holds the lock stands in <c>service.pid</c>.
/// </summary>
public sealed class StorageLock(IOptions<StorageOptions> options) : IDisposable
{
    public const string LockFile = "service.lock";
    public const string HolderFile = "service.pid";

    private readonly string folder = Path.GetFullPath(options.Value.Folder);
    private FileStream? held;

    /// <returns>Null if the lock is ours now; else the process that holds it, as far as it is known.</returns>
    public string? Take()
    {
        PrivateFolder.Create(folder);
        try
        {
            held = new(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException)
        {
            var holder = Path.Combine(folder, HolderFile);
            return File.Exists(holder) ? File.ReadAllText(holder).Trim() : "?";
        }

        File.WriteAllText(Path.Combine(folder, HolderFile), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    public void Dispose() => held?.Dispose();
}
