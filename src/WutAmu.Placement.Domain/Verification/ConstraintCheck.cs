using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Every hard constraint of the instance, one method each.</summary>
internal static class ConstraintCheck
{
    public static void Run(Claim claim, Action<string, string> add)
    {
        EveryPlacementIsAllowed(claim, add);
        EveryPinIsKept(claim, add);
        BoundsAndGroups(claim, add);
    }

    /// <summary>Those that are about several students; for matchings that take nothing but what each student may have.</summary>
    public static void BoundsAndGroups(Claim claim, Action<string, string> add)
    {
        NobodyOverOrUnderABound(claim, add);
        QuotasHold(claim, add);
        TogetherHolds(claim, add);
        ApartHolds(claim, add);
    }

    private static void EveryPlacementIsAllowed(Claim claim, Action<string, string> add)
    {
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.Given[s] != Claim.Unplaced && !claim.MayGetWhatIsGiven(s))
            {
                add("placement", $"Student \"{claim.Instance.Students[s].Id}\" may not take offer \"{claim.Instance.Offers[claim.Given[s]].Id}\": neither a choice that admits them, nor a pin, nor acceptable unranked.");
            }
        }
    }

    private static void EveryPinIsKept(Claim claim, Action<string, string> add)
    {
        foreach (var (student, offer) in claim.PinOf)
        {
            if (claim.Given[claim.StudentAt[student]] != claim.OfferAt[offer])
            {
                add("placement", $"Student \"{student}\" is pinned to \"{offer}\" and does not have it.");
            }
        }
    }

    private static void NobodyOverOrUnderABound(Claim claim, Action<string, string> add)
    {
        var byOffer = new int[claim.Instance.Offers.Length];
        var byHost = new int[claim.Instance.Hosts.Length];
        var bySupervisor = new int[claim.Instance.Supervisors.Length];
        foreach (var offer in claim.Given)
        {
            if (offer == Claim.Unplaced)
            {
                continue;
            }

            byOffer[offer]++;
            byHost[claim.HostOf[offer]]++;
            if (bySupervisor.Length > 0 && claim.Instance.Offers[offer].Supervisor is { } supervisor)
            {
                bySupervisor[claim.SupervisorAt[supervisor]]++;
            }
        }

        for (var o = 0; o < byOffer.Length; o++)
        {
            var offer = claim.Instance.Offers[o];
            Bound("Offer", offer.Id, byOffer[o], offer.Min, offer.Max, offer.Opening, add);
        }

        for (var v = 0; v < bySupervisor.Length; v++)
        {
            var supervisor = claim.Instance.Supervisors[v];
            Bound("Supervisor", supervisor.Id, bySupervisor[v], supervisor.Min, supervisor.Max, Opening.Always, add);
        }

        for (var h = 0; h < byHost.Length; h++)
        {
            var host = claim.Instance.Hosts[h];
            Bound("Host", host.Id, byHost[h], host.Min, host.Max, host.Opening, add);
        }
    }

    private static void Bound(string what, string id, int count, int min, int? max, Opening opening, Action<string, string> add)
    {
        if (count > max)
        {
            add("capacity", $"{what} \"{id}\" has {count} students; its maximum is {max}.");
        }

        if (count < min && !(opening == Opening.IfOpen && count == 0))
        {
            add("capacity", $"{what} \"{id}\" has {count} students; its minimum is {min}.");
        }
    }

    private static void QuotasHold(Claim claim, Action<string, string> add)
    {
        foreach (var quota in claim.Instance.Quotas)
        {
            var count = 0;
            for (var s = 0; s < claim.Given.Length; s++)
            {
                if (claim.Given[s] == Claim.Unplaced)
                {
                    continue;
                }

                var offer = claim.Instance.Offers[claim.Given[s]];
                var programme = claim.Instance.Students[s].Programme;
                if ((quota.Programmes is not { } programmes || (programme is not null && programmes.Contains(programme, StringComparer.Ordinal))) && Claim.CountsAt(quota, offer))
                {
                    count++;
                }
            }

            Bound("Quota", quota.Id, count, quota.Min, quota.Max, Opening.Always, add);
        }
    }

    private static void TogetherHolds(Claim claim, Action<string, string> add)
    {
        foreach (var group in claim.Instance.Together)
        {
            if (group.Students.Select(student => Place(claim, student, group.Level)).Distinct().Count() > 1)
            {
                add("placement", $"Students {string.Join(", ", group.Students)} are to be together and are not.");
            }
        }
    }

    private static void ApartHolds(Claim claim, Action<string, string> add)
    {
        foreach (var group in claim.Instance.Apart)
        {
            var places = group.Students.Select(student => Place(claim, student, group.Level)).Where(place => place is not null).ToList();
            if (places.Distinct().Count() < places.Count)
            {
                add("placement", $"Students {string.Join(", ", group.Students)} are to be apart and are not.");
            }
        }
    }

    private static string? Place(Claim claim, string student, GroupLevel level)
    {
        var given = claim.Given[claim.StudentAt[student]];
        return given == Claim.Unplaced ? null : level == GroupLevel.Offer ? claim.Instance.Offers[given].Id : claim.Instance.Offers[given].Host;
    }
}
