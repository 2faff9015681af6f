using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>UTC instants as whole microseconds since 1970: sorts in SQLite, and is what PostgreSQL keeps.</summary>
public sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(
    instant => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
    microseconds => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond))
{
    /// <summary>The instant as it will be read back.</summary>
    public static DateTimeOffset Cut(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
