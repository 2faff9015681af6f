using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>Why a student did not get a choice they liked better, from the sealed instance and the published result; says nothing about others.</summary>
internal static class WhyNot
{
    /// <returns>End of a text's key: <c>closed</c>, <c>programme</c>, <c>forbidden</c>, <c>offer-full</c>, <c>supervisor-full</c>, <c>host-full</c>, or <c>policy</c>: a place was free, but giving it would have made the whole worse under the policy.</returns>
    public static string Reason(Instance instance, MatchingResult result, InstanceStudent student, string choice)
    {
        var offers = instance.Offers.ToDictionary(o => o.Id, StringComparer.Ordinal);
        var offer = offers[choice];
        int Count(Func<InstanceOffer, bool> under) => result.Assignments.Count(a => under(offers[a.Offer]));
        if (offer.Max == 0)
        {
            return "closed";
        }

        if (offer.Programmes is { } programmes && (student.Programme is null || !programmes.Contains(student.Programme, StringComparer.Ordinal)))
        {
            return "programme";
        }

        if (instance.Forbidden.Contains(new(student.Id, choice)))
        {
            return "forbidden";
        }

        if (Count(o => o.Id == choice) >= offer.Max)
        {
            return "offer-full";
        }

        if (offer.Supervisor is { } id && instance.Supervisors.Single(s => s.Id == id).Max is { } supervisorMax && Count(o => o.Supervisor == id) >= supervisorMax)
        {
            return "supervisor-full";
        }

        return instance.Hosts.Single(h => h.Id == offer.Host).Max is { } hostMax && Count(o => o.Host == offer.Host) >= hostMax ? "host-full" : "policy";
    }
}
