using System.Collections;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace WutAmu.Placement.Web.Persistence.Plain;

/// <summary>One entity's table as EF Core maps it, made into code that reads and writes rows: the mapping stands in one place, and is EF Core's.</summary>
internal sealed class PlainMap
{
    private readonly IEntityType type;
    private readonly Func<DbDataReader, object> read;

    public PlainMap(IEntityType type)
    {
        this.type = type;
        Table = type.GetTableName() ?? throw new NotSupportedException($"{type.DisplayName()} has no table.");
        Columns = [.. type.GetProperties().Where(property => !property.IsShadowProperty()).Select(property => new Column(property))];
        read = Compile(type, Columns);
        Key = Columns.Single(column => column.IsKey);
        Written = [.. Columns.Where(column => !column.IsFixed), Key];
        Owned = [.. type.GetNavigations().Where(navigation => navigation is { IsCollection: true, TargetEntityType: var target } && target.IsOwned()).Select(navigation => new Collection(navigation))];
    }

    public string Table { get; }

    public IReadOnlyList<Column> Columns { get; }

    public Column Key { get; }

    /// <summary>Parameters of an update: all that may change, then the key.</summary>
    public Column[] Written { get; }

    /// <summary>Collections with a table of their own.</summary>
    public IReadOnlyList<Collection> Owned { get; }

    /// <summary>What a query selects for <see cref="Read"/>.</summary>
    public string Selected => string.Join(", ", Columns.Select(column => column.Quoted));

    public object Read(DbDataReader reader) => read(reader);

    public Column ColumnOf(string property) => Columns.FirstOrDefault(column => column.Property == property)
        ?? throw new ArgumentException($"{type.DisplayName()} keeps no {property}.", nameof(property));

    private static Func<DbDataReader, object> Compile(IEntityType type, IReadOnlyList<Column> columns)
    {
        var constructor = type.ClrType.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [])
            ?? throw new NotSupportedException($"{type.DisplayName()} has no constructor without parameters.");
        var reader = Expression.Parameter(typeof(DbDataReader));
        var entity = Expression.Variable(type.ClrType);
        var steps = new List<Expression> { Expression.Assign(entity, Expression.New(constructor)) };
        steps.AddRange(columns.Select((column, i) => Expression.Assign(Expression.MakeMemberAccess(entity, column.Member), column.ReadFrom(reader, i))));
        steps.Add(entity);
        return Expression.Lambda<Func<DbDataReader, object>>(Expression.Block([entity], steps), reader).Compile();
    }

    internal sealed class Column(IProperty property)
    {
        private readonly RelationalTypeMapping mapping = property.GetRelationalTypeMapping();

        public string Property => property.Name;

        public string Quoted { get; } = $"\"{property.GetColumnName()}\"";

        public bool IsKey { get; } = property.IsPrimaryKey();

        /// <summary>True for what never changes: the key, and what points at another row.</summary>
        public bool IsFixed { get; } = property.IsPrimaryKey() || property.IsForeignKey();

        public MemberInfo Member { get; } = property.FieldInfo ?? (MemberInfo?)property.PropertyInfo ?? throw new NotSupportedException($"{property.Name} is no member.");

        /// <summary>As the database keeps it; <see cref="DBNull"/> for null.</summary>
        public object ToDatabase(object? value) => (value is not null && mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;

        public object Of(object entity) => ToDatabase(property.GetGetter().GetClrValue(entity));

        public Expression ReadFrom(ParameterExpression reader, int ordinal)
        {
            var at = Expression.Constant(ordinal);
            var method = mapping.GetDataReaderMethod();
            Expression value = mapping.CustomizeDataReaderExpression(Expression.Call(Expression.Convert(reader, method.DeclaringType ?? typeof(DbDataReader)), method, at));
            if (mapping.Converter is { } converter)
            {
                value = Expression.Invoke(converter.ConvertFromProviderExpression, Expression.Convert(value, converter.ProviderClrType));
            }

            value = Expression.Convert(value, property.ClrType);
            return property.IsNullable
                ? Expression.Condition(Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, at), Expression.Default(property.ClrType), value)
                : value;
        }
    }

    internal sealed class Collection(INavigation navigation)
    {
        private readonly FieldInfo field = navigation.FieldInfo ?? throw new NotSupportedException($"{navigation.Name} is no field.");

        public PlainMap Map { get; } = new(navigation.TargetEntityType);

        /// <summary>Column that holds the owner's key, and the order of what it owns.</summary>
        public string Owner { get; } = $"\"{navigation.ForeignKey.Properties[0].GetColumnName()}\"";

        public string Order { get; } = string.Join(", ", navigation.TargetEntityType.FindPrimaryKey()!.Properties.Select(property => $"\"{property.GetColumnName()}\"")); // an owned row with a table has a key

        public void Add(object owner, object owned) => ((IList)field.GetValue(owner)!).Add(owned); // made by the constructor
    }
}
