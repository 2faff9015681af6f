using System.Collections.Immutable;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>A laboratory or a study programme at AMU; lives across campaigns.</summary>
public sealed class Host
{
    private Host()
    {
        Code = Name = Campus = Faculty = Field = "";
    }

    public Host(HostId id, Track track, string code, string name, PersonId head)
    {
        Id = id;
        Track = track;
        Code = code;
        Name = name;
        Head = head;
        Campus = Faculty = Field = "";
    }

    public HostId Id { get; private set; }

    public Track Track { get; private set; }

    /// <summary>Short name, unique in the track, for example <c>LCB</c>; the id in the sealed instance.</summary>
    public string Code { get; private set; }

    public string Name { get; private set; }

    /// <summary>For example <c>UMR7283</c>; null for study programmes.</summary>
    public string? UnitCode { get; private set; }

    public string Campus { get; private set; }

    public string Faculty { get; private set; }

    public string Field { get; private set; }

    /// <summary>Working languages as tags, for example fr, en.</summary>
    public ImmutableArray<string> Languages { get; private set; } = [];

    /// <summary>True: entering needs an authorisation (zone à régime restrictif), which takes about two months.</summary>
    public bool RestrictedZone { get; private set; }

    public PersonId Head { get; private set; }

    public int Version { get; private set; }

    public void Describe(string name, string? unitCode, string campus, string faculty, string field, ImmutableArray<string> languages, bool restrictedZone, PersonId head)
    {
        Name = name;
        UnitCode = unitCode;
        Campus = campus;
        Faculty = faculty;
        Field = field;
        Languages = languages;
        RestrictedZone = restrictedZone;
        Head = head;
        Version++;
    }
}
