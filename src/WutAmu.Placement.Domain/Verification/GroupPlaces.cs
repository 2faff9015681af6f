using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Where the members of each group that is to be together or apart are; answers without looking at every member again.</summary>
internal sealed class GroupPlaces
{
    private readonly Claim claim;
    private readonly List<Group> groups = [];
    private readonly Dictionary<int, List<int>> groupsOf = [];

    public GroupPlaces(Claim claim)
    {
        this.claim = claim;
        foreach (var group in claim.Instance.Together)
        {
            Add(group.Students, group.Level, together: true);
        }

        foreach (var group in claim.Instance.Apart)
        {
            Add(group.Students, group.Level, together: false);
        }
    }

    /// <summary>True: with the student at the offer and all others where they are, a group would not be together, or not apart.</summary>
    public bool Forbid(int student, int offer)
    {
        if (!groupsOf.TryGetValue(student, out var mine))
        {
            return false;
        }

        foreach (var at in mine)
        {
            var group = groups[at];
            var others = group.AtPlace.GetValueOrDefault(PlaceOf(group.Level, offer)) - (PlaceOf(group.Level, claim.Given[student]) == PlaceOf(group.Level, offer) ? 1 : 0);
            if (group.IsTogether ? others != group.Size - 1 : others > 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ImmutableArray<string> students, GroupLevel level, bool together)
    {
        var members = students.Select(id => claim.StudentAt[id]).ToHashSet();
        var places = new Dictionary<int, int>();
        foreach (var member in members)
        {
            if (!groupsOf.TryGetValue(member, out var mine))
            {
                groupsOf.Add(member, mine = []);
            }

            mine.Add(groups.Count);
            if (PlaceOf(level, claim.Given[member]) is var place && place != Claim.Unplaced)
            {
                places[place] = places.GetValueOrDefault(place) + 1;
            }
        }

        groups.Add(new(level, together, members.Count, places));
    }

    private int PlaceOf(GroupLevel level, int offer) => offer == Claim.Unplaced || level != GroupLevel.Host ? offer : claim.HostOf[offer];

    private sealed record Group(GroupLevel Level, bool IsTogether, int Size, Dictionary<int, int> AtPlace);
}
