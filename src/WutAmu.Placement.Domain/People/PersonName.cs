namespace WutAmu.Placement.Domain.People;

/// <summary>Names end up in mail headers: control characters (a line break would start a new header) become spaces.</summary>
public static class PersonName
{
    public static string Clean(string name) => SingleLine.Clean(name);
}
