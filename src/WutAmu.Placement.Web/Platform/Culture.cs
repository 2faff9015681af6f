using System.Globalization;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Platform;

/// <summary>How numbers and dates are written in a language of the service.</summary>
public static class Culture
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-Hans-CN");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    public static CultureInfo Of(Language language) => language switch
    {
        Language.French => French,
        Language.SimplifiedChinese => Chinese,
        _ => English,
    };
}
