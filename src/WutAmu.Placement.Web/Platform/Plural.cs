using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Platform;

/// <summary>The form of a word that a count asks for (CLDR, cardinal numbers): French says "0 offre", English "0 offers", Chinese has one form.</summary>
public static class Plural
{
    public static bool IsSingular(Language language, decimal count) => language switch
    {
        Language.French => Math.Abs(count) < 2,
        Language.English => Math.Abs(count) == 1,
        _ => false,
    };
}
