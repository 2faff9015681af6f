using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

/// <summary>What tests of deadlines do with a host: the minutely job, a campaign as it stands, a coordinator's change of its dates.</summary>
internal static class DeadlineWork
{
    public static Task KeepDeadlinesAsync(this MatchingHost host) => host.DoAsync<KeepDeadlines>(keep => keep.ExecuteAsync(CancellationToken.None));

    public static Task<Campaign> CampaignAsync(this MatchingHost host, CampaignId id) => host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == id));

    public static async Task<PersonId> PersonAsync(this MatchingHost host, string address) =>
        (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(person => person.Email.Value == address).Id;

    public static Task<PersonId> CoordinatorAsync(this MatchingHost host) => host.PersonAsync("coordinator@institute.example.org");

    public static async Task ScheduleAsync(this MatchingHost host, CampaignId id, Func<Features.Campaigns.Deadlines, Features.Campaigns.Deadlines> change)
    {
        var row = await host.CampaignAsync(id);
        var by = await host.CoordinatorAsync();
        (await host.DoAsync<ScheduleCampaign, Result<Done>>(schedule => schedule.HandleAsync(id, row.Version, change(Features.Campaigns.Deadlines.Of(row)), null, by, CancellationToken.None))).Value();
    }
}
