using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Reads what the solver explained of a run. Who may see which part of it is the caller's to know.</summary>
public sealed class RunReports(PlacementDb db)
{
    /// <returns>Null: the run has none, or none that can be read.</returns>
    public async Task<MatchingReport?> FindAsync(RunId run, CancellationToken cancellationToken) =>
        await db.RunReports.AsNoTracking().Where(r => r.Run == run).Select(r => r.Json).SingleOrDefaultAsync(cancellationToken) is { } json ? Read(json) : null;

    // What an older or newer tool wrote otherwise is as good as not there: the pages then say less, never something wrong.
    private static MatchingReport? Read(byte[] json)
    {
        try
        {
            return ReportJson.ReadReport(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
