using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>A host's order of those who applied: tie groups, best first; and those it cannot take. Who is in neither comes after the ranked, by score, then lottery.</summary>
public sealed record RankedApplicants(ImmutableArray<ImmutableArray<StudentId>> Groups, ImmutableArray<Veto> Vetoed)
{
    public static RankedApplicants Empty { get; } = new([], []);

    public IEnumerable<StudentId> Students => Groups.SelectMany(group => group).Concat(Vetoed.Select(veto => veto.Student));

    /// <summary>The same order and vetoes, without the reason given for one student.</summary>
    public RankedApplicants WithoutReasonOf(StudentId student) =>
        this with { Vetoed = [.. Vetoed.Select(veto => veto.Student == student ? veto with { Reason = "" } : veto)] };

    /// <summary>First 12 hexadecimal digits of the SHA-256 of the list.</summary>
    public string ShortHash()
    {
        var groups = Groups.Select(group => string.Join(',', group.Select(student => student.ToString()).Order(StringComparer.Ordinal)));
        var vetoed = Vetoed.Select(veto => string.Create(CultureInfo.InvariantCulture, $"{veto.Student}:{veto.Reason.Length}:{veto.Reason}")).Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(';', groups) + "#" + string.Join(';', vetoed))))[..12];
    }
}

/// <param name="Reason">In the head's words; coordinators read it.</param>
public sealed record Veto(StudentId Student, string Reason);
