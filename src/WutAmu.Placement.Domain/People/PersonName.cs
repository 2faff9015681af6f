namespace WutAmu.Placement.Domain.People;

/// <summary>Names end up in mail headers: control characters (a line break would start a new header) become spaces.</summary>
public static class PersonName
{
    public static string Clean(string name)
    {
        var characters = name.Trim().ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (char.IsControl(characters[i]) || characters[i] is '\u2028' or '\u2029')
            {
                characters[i] = ' ';
            }
        }

        return new(characters);
    }
}
