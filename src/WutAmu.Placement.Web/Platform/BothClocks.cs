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
        var (date, here, there) = Read(language, instant);
        return texts.Get(language, "clocks.both", date, here, there);
    }

    /// <summary>The date in Marseille, the time there, and the time in Wuhan, with its date where that differs.</summary>
    public static (string Date, string Marseille, string Wuhan) Read(Language language, DateTimeOffset instant)
    {
        var culture = Culture.Of(language);
        var here = TimeZoneInfo.ConvertTime(instant, Marseille);
        var there = TimeZoneInfo.ConvertTime(instant, Wuhan);
        var format = language == Language.SimplifiedChinese ? "yyyy年M月d日" : "d MMM yyyy";
        return (here.ToString(format, culture), here.ToString("HH:mm", culture), there.Date == here.Date ? there.ToString("HH:mm", culture) : there.ToString(format + " HH:mm", culture));
    }
}
