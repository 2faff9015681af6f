using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>A fresh installation has nobody who could invite: the operator names the first coordinator. Once there is one, the setting does nothing.</summary>
internal static class FirstCoordinator
{
    public static async Task InviteFirstCoordinatorAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var address = scope.ServiceProvider.GetRequiredService<IOptions<AccountsOptions>>().Value.FirstCoordinator;
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        // Roles are stored as words: flags are compared here, not in the database.
        if (address.Length == 0 || (await db.People.AsNoTracking().Where(p => p.Roles != Roles.None).Select(p => p.Roles).ToListAsync(cancellationToken)).Exists(roles => roles.HasFlag(Roles.Coordinator)))
        {
            return;
        }

        var invited = await scope.ServiceProvider.GetRequiredService<StaffRoles>()
            .InviteAsync(address[..address.IndexOf('@', StringComparison.Ordinal)], address, Language.French, Roles.Coordinator, null, cancellationToken);
        if (!invited.TryGet(out _, out var problem))
        {
            throw new InvalidOperationException($"{AccountsOptions.Section}:FirstCoordinator could not be invited: {problem.Code}.");
        }
    }
}
