namespace Hangfire.Storage.SQLite;

public static class SQLiteStorageExtensions
{
    /// <param name="path">A file, created if absent, or a connection string that names one.</param>
    public static IGlobalConfiguration<SQLiteStorage> UseSQLiteStorage(
        this IGlobalConfiguration configuration, string path, SQLiteStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(path);
        return configuration.UseStorage(new SQLiteStorage(path, options));
    }
}
