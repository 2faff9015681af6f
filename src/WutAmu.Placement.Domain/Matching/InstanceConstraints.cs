using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads what restricts placements besides the rows themselves: quotas, groups of students, pairs of a student and an offer.</summary>
internal static class InstanceConstraints
{
    private static readonly MemberNames QuotaNames = new("id", "programmes", "hosts", "offers", "min", "max");
    private static readonly MemberNames GroupNames = new("students", "level");
    private static readonly MemberNames PairNames = new("student", "offer");

    public static Quota Quota(ref JsonInput json, ref bool repeated)
    {
        var (id, min, max) = ("", 0, (int?)null);
        ImmutableArray<string>? programmes = null, hosts = null, offers = null;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(QuotaNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Quota, ref repeated); break;
                    case 1: programmes = json.OptionalIds(IdKind.None); break;
                    case 2: hosts = json.OptionalIds(IdKind.Host); break;
                    case 3: offers = json.OptionalIds(IdKind.Offer); break;
                    case 4: min = InstanceBounds.Min(ref json); break;
                    default: max = InstanceBounds.Max(ref json); break;
                }
            }
        }

        json.Require(seen, QuotaNames, 0);
        InstanceBounds.Check(ref json, min, max);
        return new(id, programmes, hosts, offers, min, max);
    }

    public static Together TogetherOf(ref JsonInput json)
    {
        var (students, level) = Group(ref json);
        return new(students, level);
    }

    public static Apart ApartOf(ref JsonInput json)
    {
        var (students, level) = Group(ref json);
        return new(students, level);
    }

    private static (ImmutableArray<string> Students, GroupLevel Level) Group(ref JsonInput json)
    {
        ImmutableArray<string> students = [];
        var level = GroupLevel.Host;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(GroupNames, ref seen, at)) >= 0;)
            {
                if (at == 0)
                {
                    students = json.Ids(IdKind.Student);
                    continue;
                }

                switch (json.Text())
                {
                    case "host" or null: break;
                    case "offer": level = GroupLevel.Offer; break;
                    case var other: json.Scan.Add($"must be \"host\" or \"offer\", not \"{JsonScan.Shorten(other)}\"."); break;
                }
            }
        }

        json.Require(seen, GroupNames, 0);
        return (students, level);
    }

    public static StudentOffer Pair(ref JsonInput json)
    {
        var (student, offer) = ("", "");
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(PairNames, ref seen, at)) >= 0;)
            {
                if (at == 0)
                {
                    student = json.Id(IdKind.Student);
                }
                else
                {
                    offer = json.Id(IdKind.Offer);
                }
            }
        }

        json.Require(seen, PairNames, 0, 1);
        return new(student, offer);
    }
}
