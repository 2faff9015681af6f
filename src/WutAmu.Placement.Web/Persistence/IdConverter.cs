using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Persistence;

public sealed class IdConverter<TId>() : ValueConverter<TId, Guid>(id => id.Value, value => From(value))
    where TId : struct, IId<TId>
{
    // An expression tree may not call a static interface member itself.
    private static TId From(Guid value) => TId.From(value);
}
