using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads the rows that are placed and that have places: students, hosts, supervisors, offers. A flag says whether the id of a row stood at another before.</summary>
internal static class InstanceRows
{
    private static readonly MemberNames StudentNames = new("id", "programme", "score", "choices", "costs", "unrankedAcceptable");
    private static readonly MemberNames HostNames = new("id", "min", "max", "opening", "ranking");
    private static readonly MemberNames SupervisorNames = new("id", "host", "min", "max");
    private static readonly MemberNames OfferNames = new("id", "host", "supervisor", "min", "max", "opening", "programmes", "ranking");
    private static readonly Dictionary<string, long> NoCosts = [];

    public static InstanceStudent Student(ref JsonInput json, ref bool repeated)
    {
        var (id, programme, score, unrankedAcceptable) = ("", (string?)null, (double?)null, false);
        var log = json.Scan.Choices;
        var index = log.Student;
        var costs = NoCosts;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(StudentNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Student, ref repeated); break;
                    case 1: programme = json.OptionalId(IdKind.None); break;
                    case 2: score = json.Number(); break;
                    case 3: json.LogGroups(IdKind.Offer, log); break;
                    case 4: costs = Costs(ref json); break;
                    default: unrankedAcceptable = json.Bool(absent: false); break;
                }
            }
        }

        log.EndStudent();
        json.Require(seen, StudentNames, 0);
        return new(id, programme, score, log, index, costs, unrankedAcceptable);
    }

    private static Dictionary<string, long> Costs(ref JsonInput json)
    {
        if (!json.IsObject())
        {
            return NoCosts;
        }

        var costs = new Dictionary<string, long>(StringComparer.Ordinal);
        while (json.AnyMember(IdKind.Offer) is { } offer)
        {
            if (json.Whole(-InstanceReader.MaxNumber, InstanceReader.MaxNumber) is { } cost && !costs.TryAdd(offer, cost))
            {
                json.Scan.Add("stands twice.");
            }
        }

        return costs;
    }

    public static InstanceHost Host(ref JsonInput json, ref bool repeated)
    {
        var (id, min, max, opening) = ("", 0, (int?)null, Opening.Always);
        ImmutableArray<ImmutableArray<string>>? ranking = null;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(HostNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Host, ref repeated); break;
                    case 1: min = InstanceBounds.Min(ref json); break;
                    case 2: max = InstanceBounds.Max(ref json); break;
                    case 3: opening = InstanceBounds.OpeningOf(ref json); break;
                    default: ranking = json.OptionalGroups(IdKind.Student); break;
                }
            }
        }

        json.Require(seen, HostNames, 0);
        InstanceBounds.Check(ref json, min, max);
        return new(id, min, max, opening, ranking);
    }

    public static InstanceSupervisor Supervisor(ref JsonInput json, ref bool repeated)
    {
        var (id, host, min, max) = ("", "", 0, (int?)null);
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(SupervisorNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Supervisor, ref repeated); break;
                    case 1: host = json.Id(IdKind.Host); break;
                    case 2: min = InstanceBounds.Min(ref json); break;
                    default: max = InstanceBounds.Max(ref json); break;
                }
            }
        }

        json.Require(seen, SupervisorNames, 0, 1);
        InstanceBounds.Check(ref json, min, max);
        return new(id, host, min, max);
    }

    public static InstanceOffer Offer(ref JsonInput json, ref bool repeated)
    {
        var (id, host, supervisor, min, max, opening) = ("", "", (string?)null, 0, (int?)1, Opening.Always);
        ImmutableArray<string>? programmes = null;
        ImmutableArray<ImmutableArray<string>>? ranking = null;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(OfferNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Offer, ref repeated); break;
                    case 1: host = json.Id(IdKind.Host); break;
                    case 2: supervisor = json.OptionalId(IdKind.Supervisor); break;
                    case 3: min = InstanceBounds.Min(ref json); break;
                    case 4: max = (int?)json.Whole(0, InstanceReader.MaxNumber) ?? 1; break;
                    case 5: opening = InstanceBounds.OpeningOf(ref json); break;
                    case 6: programmes = json.OptionalIds(IdKind.None); break;
                    default: ranking = json.OptionalGroups(IdKind.Student); break;
                }
            }
        }

        json.Require(seen, OfferNames, 0, 1);
        InstanceBounds.Check(ref json, min, max);
        return new(id, host, supervisor, min, max ?? 1, opening, programmes, ranking);
    }
}
