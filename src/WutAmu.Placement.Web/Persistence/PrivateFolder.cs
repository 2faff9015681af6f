namespace WutAmu.Placement.Web.Persistence;

/// <summary>Folders with personal data or keys: where the system knows owners, only theirs. One that exists keeps the rights its operator gave it.</summary>
internal static class PrivateFolder
{
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
