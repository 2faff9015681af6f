using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Platform;

/// <summary>Instants as staff in Marseille and students in Wuhan read them.</summary>
public static class BothClocks
{
    private static readonly TimeZoneInfo Marseille = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly TimeZoneInfo Wuhan = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>For example "24 Nov 2026, 12:00 in Marseille = 19:00 in Wuhan"; Wuhan's date stands where it differs.</summary>
    public static string Say(Texts texts, Language language, DateTimeOffset instant)
    {
        var culture = Culture.Of(language);
        var here = TimeZoneInfo.ConvertTime(instant, Marseille);
        var there = TimeZoneInfo.ConvertTime(instant, Wuhan);
        var format = language == Language.SimplifiedChinese ? "yyyy年M月d日" : "d MMM yyyy";
        var thereText = there.Date == here.Date ? there.ToString("HH:mm", culture) : there.ToString(format + " HH:mm", culture);
        return texts.Get(language, "clocks.both", here.ToString(format, culture), here.ToString("HH:mm", culture), thereText);
    }
}
