using System.Text;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The members that an object of a format may have, in the order they are usually written.</summary>
internal sealed class MemberNames(params string[] names)
{
    private readonly byte[][] utf8 = Array.ConvertAll(names, Encoding.UTF8.GetBytes);

    public string this[int index] => names[index];

    public override string ToString() => string.Join(", ", names);

    /// <summary>Position of a name; -1: unknown.</summary>
    /// <param name="likely">Looked at first.</param>
    public int Find(ReadOnlySpan<byte> name, int likely)
    {
        if (likely < utf8.Length && name.SequenceEqual(utf8[likely]))
        {
            return likely;
        }

        for (var i = 0; i < utf8.Length; i++)
        {
            if (name.SequenceEqual(utf8[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
