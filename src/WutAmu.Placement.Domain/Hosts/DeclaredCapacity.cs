using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>Content of one capacity declaration: the host's total, and its offers.</summary>
/// <param name="Min">Least number of students, from 0.</param>
/// <param name="Max">Most students, from 0; null is no limit beyond the offers' own.</param>
public sealed record DeclaredCapacity(int Min, int? Max, Opening Opening, ImmutableArray<DeclaredOffer> Offers);

/// <param name="Code">Unique in the campaign; stable over versions: it says which offer a new version changes.</param>
/// <param name="Supervisor">Name of the supervisor, or null.</param>
/// <param name="SupervisorMax">Most students of that supervisor over all offers; null is no limit.</param>
/// <param name="Programmes">Admitted programme codes; null: all.</param>
public sealed record DeclaredOffer(
    string Code,
    LocalizedText Title,
    LocalizedText? Description,
    string? Supervisor,
    int? SupervisorMax,
    int Min,
    int Max,
    Opening Opening,
    ImmutableArray<string>? Programmes,
    DateOnly? StartsOn,
    DateOnly? EndsOn,
    ImmutableArray<string> Languages,
    bool RestrictedZone);
