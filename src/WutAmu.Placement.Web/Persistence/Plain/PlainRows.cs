using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;
using SQLitePCL;

namespace WutAmu.Placement.Web.Persistence.Plain;

/// <summary>
/// Rows by EF Core's mapping without EF Core: one connection of its own, on which a statement is prepared once. Nothing is tracked. What an entity owns is read with it and not
/// written. For one thread at a time.
/// </summary>
public sealed class PlainRows : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly IModel model;
    private readonly Dictionary<Type, PlainMap> maps = [];
    private readonly Dictionary<(Type? Entity, string What, string? And), SqliteCommand> prepared = [];

    internal PlainRows(string file, IModel model, bool reads)
    {
        this.model = model;
        // A pool would keep the file open after the service.
        connection = new(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30, Pooling = false }.ToString());
        connection.Open();
        Execute(SqlitePragmas.Pragmas);
        if (reads)
        {
            Execute("PRAGMA query_only=ON");
        }
    }

    /// <summary>False also after an error in which SQLite rolled back by itself, such as a full disk.</summary>
    internal bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <returns>The row whose property has this value, which must be unique; null: there is none.</returns>
    public T? Find<T>(string property, object value)
        where T : class => Find<T>(property, value, null, null);

    /// <returns>The row whose two properties have these values, which must be unique together; null: there is none.</returns>
    public T? Find<T>(string property, object value, string? and, object? other)
        where T : class
    {
        var map = MapOf(typeof(T));
        var (command, isNew) = CommandOf(typeof(T), property, and);
        if (isNew)
        {
            Prepare(command, $"SELECT {map.Selected} FROM \"{map.Table}\" WHERE {map.ColumnOf(property).Quoted}=$0{(and is null ? "" : $" AND {map.ColumnOf(and).Quoted}=$1")}", and is null ? 1 : 2);
        }

        command.Parameters[0].Value = map.ColumnOf(property).ToDatabase(value);
        if (and is not null)
        {
            command.Parameters[1].Value = map.ColumnOf(and).ToDatabase(other);
        }

        T? found;
        using (var reader = command.ExecuteReader())
        {
            found = reader.Read() ? (T)map.Read(reader) : null;
        }

        if (found is not null)
        {
            foreach (var owned in map.Owned)
            {
                ReadOwned(map, owned, found);
            }
        }

        return found;
    }

    public void Insert<T>(T entity)
        where T : class
    {
        var map = MapOf(typeof(T));
        var (command, isNew) = CommandOf(typeof(T), "insert", null);
        if (isNew)
        {
            Prepare(command, $"INSERT INTO \"{map.Table}\" ({map.Selected}) VALUES ({string.Join(", ", map.Columns.Select((_, i) => $"${i}"))})", map.Columns.Count);
        }

        Fill(command, map.Columns, entity);
        command.ExecuteNonQuery();
    }

    /// <summary>Writes the row again, but for its key and what points at other rows, which never change.</summary>
    public void Update<T>(T entity)
        where T : class
    {
        var map = MapOf(typeof(T));
        var (command, isNew) = CommandOf(typeof(T), "update", null);
        var columns = map.Written;
        if (isNew)
        {
            Prepare(command, $"UPDATE \"{map.Table}\" SET {string.Join(", ", columns[..^1].Select((column, i) => $"{column.Quoted}=${i}"))} WHERE {map.Key.Quoted}=${columns.Length - 1}", columns.Length);
        }

        Fill(command, columns, entity);
        if (command.ExecuteNonQuery() != 1)
        {
            throw new InvalidOperationException($"A row of {map.Table} is not there to be written.");
        }
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    internal void Execute(string sql) => Statement(sql).ExecuteNonQuery();

    internal long Number(string sql) => (long)(Statement(sql).ExecuteScalar() ?? throw new ArgumentException("It gives no number.", nameof(sql)));

    private SqliteCommand Statement(string sql)
    {
        var (command, isNew) = CommandOf(null, sql, null);
        if (isNew)
        {
            command.CommandText = sql;
        }

        return command;
    }

    private void ReadOwned(PlainMap map, PlainMap.Collection owned, object owner)
    {
        var (command, isNew) = CommandOf(owner.GetType(), owned.Map.Table, owned.Owner);
        if (isNew)
        {
            Prepare(command, $"SELECT {owned.Map.Selected} FROM \"{owned.Map.Table}\" WHERE {owned.Owner}=$0 ORDER BY {owned.Order}", 1);
        }

        command.Parameters[0].Value = map.Key.Of(owner);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            owned.Add(owner, owned.Map.Read(reader));
        }
    }

    private PlainMap MapOf(Type entity)
    {
        if (!maps.TryGetValue(entity, out var map))
        {
            maps[entity] = map = new(model.FindEntityType(entity) ?? throw new ArgumentException($"{entity.Name} is no entity.", nameof(entity)));
        }

        return map;
    }

    private (SqliteCommand Command, bool IsNew) CommandOf(Type? entity, string what, string? and)
    {
        if (prepared.TryGetValue((entity, what, and), out var command))
        {
            return (command, false);
        }

        return (prepared[(entity, what, and)] = connection.CreateCommand(), true);
    }

    private static void Prepare(SqliteCommand command, string sql, int parameters)
    {
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        }
    }

    private static void Fill(SqliteCommand command, IReadOnlyList<PlainMap.Column> columns, object entity)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            command.Parameters[i].Value = columns[i].Of(entity);
        }
    }
}
