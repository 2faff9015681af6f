namespace Hangfire.Storage.SQLite;

public static class SQLiteStorageExtensions
{
    /// <summary>In the file <c>Hangfire.db</c> of the working directory, as the package has it.</summary>
    public static IGlobalConfiguration<SQLiteStorage> UseSQLiteStorage(this IGlobalConfiguration configuration) =>
        configuration.UseSQLiteStorage("Hangfire.db");

    /// <param name="path">A file, created if absent, or a connection string that names one.</param>
    public static IGlobalConfiguration<SQLiteStorage> UseSQLiteStorage(
        this IGlobalConfiguration configuration, string path, SQLiteStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(path);
        return configuration.UseStorage(new SQLiteStorage(path, options));
    }
}
