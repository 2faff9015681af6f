using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// One sealed matching problem, format <c>placement-instance/1</c>. Ids are non-empty strings compared ordinally.
/// An instance read by <c>InstanceReader</c> is valid: ids exist and are unique, bounds are 0 ≤ min ≤ max.
/// </summary>
public sealed record Instance
{
    public const string Format = "placement-instance/1";

    /// <summary>Free text, or null.</summary>
    public string? Campaign { get; init; }

    /// <summary>Seed of the lottery that breaks what the policy leaves tied; empty by default.</summary>
    public string LotterySeed { get; init; } = "";

    public ImmutableArray<InstanceStudent> Students { get; init; } = [];

    public ImmutableArray<InstanceHost> Hosts { get; init; } = [];

    public ImmutableArray<InstanceSupervisor> Supervisors { get; init; } = [];

    public ImmutableArray<InstanceOffer> Offers { get; init; } = [];

    public ImmutableArray<Quota> Quotas { get; init; } = [];

    public ImmutableArray<Together> Together { get; init; } = [];

    public ImmutableArray<Apart> Apart { get; init; } = [];

    /// <summary>Pairs that must be in the result; they need not be among the student's choices.</summary>
    public ImmutableArray<StudentOffer> Pinned { get; init; } = [];

    /// <summary>Pairs that must not be in the result.</summary>
    public ImmutableArray<StudentOffer> Forbidden { get; init; } = [];

    /// <summary>Earlier placements, at most one per student; counted by the level <c>moved</c>.</summary>
    public ImmutableArray<StudentOffer> Published { get; init; } = [];

    /// <summary>The choices in numbers; null where the students or offers are not those of a file that was read.</summary>
    public ChoicePositions? Positions => AsRead is { } read && read.AreOf(this) ? read : null;

    internal ChoicePositions? AsRead { private get; init; }

    /// <summary>
    /// The same instance with its students, hosts, supervisors, offers and quotas in ordinal order of their ids (rows that stand in order stay the same list), groups and their members, and
    /// pins too: what is told of them does not depend on how a file lists them.
    /// </summary>
    public Instance InOrderOfIds()
    {
        var studentOrder = OrdinalOrder.Of(Students, student => student.Id);
        var offerOrder = OrdinalOrder.Of(Offers, offer => offer.Id);
        var students = OrdinalOrder.Taken(Students, studentOrder);
        var offers = OrdinalOrder.Taken(Offers, offerOrder);
        return this with
        {
            Students = students,
            Hosts = OrdinalOrder.Taken(Hosts, OrdinalOrder.Of(Hosts, host => host.Id)),
            Supervisors = OrdinalOrder.Taken(Supervisors, OrdinalOrder.Of(Supervisors, supervisor => supervisor.Id)),
            Offers = offers,
            Quotas = OrdinalOrder.Taken(Quotas, OrdinalOrder.Of(Quotas, quota => quota.Id)),
            Together = [.. StudentGroup.InOrder(Together).Select(group => new Together(group.Students, group.Level))],
            Apart = [.. StudentGroup.InOrder(Apart).Select(group => new Apart(group.Students, group.Level))],
            Pinned = StudentOffer.InOrder(Pinned),
            AsRead = studentOrder is null && offerOrder is null ? Positions : Positions?.Moved(students, studentOrder, offers, offerOrder),
        };
    }
}

/// <param name="Id">Unique among students.</param>
/// <param name="Programme">Null: of no programme; then only offers open to all admit them.</param>
/// <param name="Score">Higher is better; null ranks after every score. Order of <c>serial</c> and default host ranking.</param>
/// <param name="Choices">Tie groups; rank of a choice = its group's position from 1. Empty: submitted nothing. An offer occurs at most once.</param>
/// <param name="Costs">By offer id; replaces the rank as cost in <c>min-cost</c>.</param>
/// <param name="UnrankedAcceptable">True: if no choice can be had, any eligible offer may be given.</param>
public sealed record InstanceStudent(
    string Id,
    string? Programme,
    double? Score,
    ImmutableArray<ImmutableArray<string>> Choices,
    IReadOnlyDictionary<string, long> Costs,
    bool UnrankedAcceptable)
{
    private readonly int index;
    private ChoiceLog? log;
    private ImmutableArray<ImmutableArray<string>> choices = Choices;

    /// <summary>As read from a file: the list is made when it is first asked for.</summary>
    internal InstanceStudent(string id, string? programme, double? score, ChoiceLog log, int index, IReadOnlyDictionary<string, long> costs, bool unrankedAcceptable)
        : this(id, programme, score, default, costs, unrankedAcceptable) => (this.log, this.index) = (log, index);

    public ImmutableArray<ImmutableArray<string>> Choices
    {
        get
        {
            if (choices.IsDefault && log is not null)
            {
                choices = log.GroupsOf(index);
            }

            return choices;
        }
        init => (choices, log) = (value, null);
    }

    public bool Equals(InstanceStudent? other) =>
        other is not null && Id == other.Id && Programme == other.Programme && Score == other.Score && UnrankedAcceptable == other.UnrankedAcceptable && ReferenceEquals(Costs, other.Costs)
        && ((log is not null && log == other.log && index == other.index) || Choices == other.Choices);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Id);
}

/// <param name="Min">Least number of students, from 0.</param>
/// <param name="Max">Most students; null is no limit.</param>
/// <param name="Ranking">Tie groups of student ids, best first; null: the host ranks by score, then lottery. Students missing from a given ranking come after those in it, by score, then lottery.</param>
public sealed record InstanceHost(
    string Id,
    int Min,
    int? Max,
    Opening Opening,
    ImmutableArray<ImmutableArray<string>>? Ranking);

/// <param name="Max">Most students over the supervisor's offers; null is no limit.</param>
public sealed record InstanceSupervisor(string Id, string Host, int Min, int? Max);

/// <param name="Supervisor">Null: the offer lies directly under its host.</param>
/// <param name="Max">1 where the file gives none.</param>
/// <param name="Programmes">Admitted programmes; null: open to all, also to students of no programme.</param>
/// <param name="Ranking">As <see cref="InstanceHost.Ranking"/>; null: the host's ranking holds.</param>
public sealed record InstanceOffer(
    string Id,
    string Host,
    string? Supervisor,
    int Min,
    int Max,
    Opening Opening,
    ImmutableArray<string>? Programmes,
    ImmutableArray<ImmutableArray<string>>? Ranking);

/// <summary>Bounds on the placements whose student is in <paramref name="Programmes"/> and whose offer lies in <paramref name="Hosts"/> and in <paramref name="Offers"/>; a null list restricts nothing.</summary>
public sealed record Quota(
    string Id,
    ImmutableArray<string>? Programmes,
    ImmutableArray<string>? Hosts,
    ImmutableArray<string>? Offers,
    int Min,
    int? Max);

/// <summary>All placed at the same host (or offer), or all unplaced.</summary>
public sealed record Together(ImmutableArray<string> Students, GroupLevel Level);

/// <summary>No two placed at the same host (or offer).</summary>
public sealed record Apart(ImmutableArray<string> Students, GroupLevel Level);

public sealed record StudentOffer(string Student, string Offer)
{
    /// <summary>In ordinal order of the students, then of the offers.</summary>
    internal static ImmutableArray<StudentOffer> InOrder(ImmutableArray<StudentOffer> pairs) =>
        pairs.Sort((one, other) => string.CompareOrdinal(one.Student, other.Student) is var order && order != 0 ? order : string.CompareOrdinal(one.Offer, other.Offer));
}
