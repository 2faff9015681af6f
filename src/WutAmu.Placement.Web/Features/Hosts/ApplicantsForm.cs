using System.Collections.Immutable;
using System.Globalization;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>The applicants as the head orders them: a number each, equal numbers are equally good, no number is "after the others".</summary>
public sealed class ApplicantsForm
{
    public int Version { get; set; }

    public List<ApplicantRow> Rows { get; set; } = [];

    public static ApplicantsForm Of(RankedApplicants list, IReadOnlyList<Applicant> applicants, int version)
    {
        var rows = applicants.Select(applicant =>
        {
            var at = list.Groups.Select((group, i) => (group, i)).Where(pair => pair.group.Contains(applicant.Student)).Select(pair => pair.i + 1).FirstOrDefault();
            var veto = list.Vetoed.FirstOrDefault(veto => veto.Student == applicant.Student);
            return new ApplicantRow { Student = applicant.Student, Rank = at == 0 ? null : at.ToString(CultureInfo.InvariantCulture), Veto = veto is not null, Reason = veto?.Reason };
        });
        return new() { Version = version, Rows = [.. rows.OrderBy(row => row.Veto).ThenBy(row => row.Position ?? int.MaxValue)] };
    }

    public RankedApplicants Read() => new(
        [.. Rows.Where(row => !row.Veto && row.Position is not null).GroupBy(row => row.Position).OrderBy(group => group.Key).Select(group => group.Select(row => row.Student).ToImmutableArray())],
        [.. Rows.Where(row => row.Veto).Select(row => new Veto(row.Student, PersonName.Clean(row.Reason ?? "")))]);

    /// <summary>Up and down: one step; somebody tied leaves the tie on that side. Tie and split: with the one above. Somebody without a number gets the last one, or a part in it.</summary>
    /// <param name="verb">What is none of these changes nothing.</param>
    public static RankedApplicants Move(RankedApplicants list, StudentId student, string verb)
    {
        if (verb is not ("up" or "down" or "tie" or "split"))
        {
            return list;
        }

        if (list.Groups.All(group => !group.Contains(student)))
        {
            var groups = list.Groups.Add([student]);
            return list with { Groups = verb == "tie" ? TieGroups.TieWithAbove(groups, student) : groups, Vetoed = list.Vetoed.RemoveAll(veto => veto.Student == student) };
        }

        return list with
        {
            Groups = verb switch
            {
                "up" => TieGroups.Up(list.Groups, student),
                "down" => TieGroups.Down(list.Groups, student),
                "tie" => TieGroups.TieWithAbove(list.Groups, student),
                _ => TieGroups.SplitFromAbove(list.Groups, student),
            },
        };
    }
}

public sealed class ApplicantRow
{
    public StudentId Student { get; set; }

    public string? Rank { get; set; }

    public bool Veto { get; set; }

    public string? Reason { get; set; }

    /// <summary>Null: without a number.</summary>
    internal int? Position => int.TryParse(Rank?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;
}
