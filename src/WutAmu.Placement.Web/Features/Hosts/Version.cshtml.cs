using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>The receipt of one declaration: what was declared, when, by whom, and what it changed. Readable for ever.</summary>
public sealed class VersionModel(PlacementDb db, CapacityWords words) : HostPage(db)
{
    public CapacityWords Words => words;

    public DeclarationVersion Version { get; private set; } = null!; // set before the page is drawn

    public CapacityDiff Diff { get; private set; } = null!; // set before the page is drawn

    public async Task<IActionResult> OnGetAsync(int number, CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (Declaration?.Versions.SingleOrDefault(v => v.Number == number) is not { } version)
        {
            return NotFound();
        }

        await words.LearnAsync(cancellationToken);
        Version = version;
        Diff = CapacityDiff.Between(Declaration.Versions.SingleOrDefault(v => v.Number == number - 1)?.Capacity, version.Capacity);
        return Page();
    }
}
