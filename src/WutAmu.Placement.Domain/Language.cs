namespace WutAmu.Placement.Domain;

/// <summary>A language of the service.</summary>
public enum Language
{
    French,
    SimplifiedChinese,
    English,
}
