namespace WutAmu.Placement.Domain;

/// <summary>An identifier of one kind of entity: a version-7 <see cref="Guid"/>, created in code.</summary>
/// <typeparam name="TSelf">The identifier itself.</typeparam>
public interface IId<TSelf>
    where TSelf : struct, IId<TSelf>
{
    Guid Value { get; }

    static abstract TSelf From(Guid value);
}
