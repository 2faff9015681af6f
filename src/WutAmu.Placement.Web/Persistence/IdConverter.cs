using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Persistence;

public sealed class IdConverter<TId>() : ValueConverter<TId, Guid>(id => id.Value, value => TId.From(value))
    where TId : struct, IId<TId>;
