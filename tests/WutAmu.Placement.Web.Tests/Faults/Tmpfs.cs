using System.Diagnostics;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>A test that needs a small disk of its own; skipped by name where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Possible = new(() =>
    {
        try
        {
            using var disk = new Tmpfs(1);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public SmallDiskFactAttribute()
    {
        if (!Possible.Value)
        {
            Skip = "A small disk (tmpfs) cannot be mounted here; it takes root.";
        }
    }
}

/// <summary>A disk of a few megabytes, in memory.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly string filler;

    public Tmpfs(int megabytes)
    {
        Folder = Directory.CreateTempSubdirectory("placement-disk-").FullName;
        filler = Path.Combine(Folder, "filler");
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Folder) != 0)
        {
            Directory.Delete(Folder);
            throw new InvalidOperationException("mount was refused.");
        }
    }

    public string Folder { get; }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        var block = new byte[4096];
        using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // It is full now.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Clear() => File.Delete(filler);

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!; // not null: UseShellExecute is off
        process.WaitForExit();
        return process.ExitCode;
    }
}
