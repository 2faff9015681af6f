using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads <c>placement-instance/1</c>. Every problem is found and named with its JSON path; nothing unknown is ignored.</summary>
public static class InstanceReader
{
    /// <summary>Largest bound or cost that is accepted; keeps every sum of the solver inside 64 bits.</summary>
    public const long MaxNumber = 1_000_000_000;

    /// <summary>Longest lottery seed, in UTF-16 units: it is hashed once for each student.</summary>
    public const int MaxSeedLength = 1000;

    private static readonly MemberNames RootNames = new("format", "campaign", "lotterySeed", "students", "hosts", "supervisors", "offers", "quotas", "together", "apart", "pinned", "forbidden", "published");

    /// <returns>True with the instance; false with at least one problem.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        var scan = new JsonScan();
        var json = new JsonInput(utf8Json.Span, scan);
        return TryRead(ref json, out instance, out problems);
    }

    /// <summary>As from memory, piece by piece: the file is never whole in memory.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(Stream utf8Json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        var scan = new JsonScan();
        var json = new JsonInput(utf8Json, scan);
        try
        {
            return TryRead(ref json, out instance, out problems);
        }
        finally
        {
            json.Dispose();
        }
    }

    private static bool TryRead(ref JsonInput json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        instance = null;
        try
        {
            var repeated = false;
            json.Start();
            var read = Root(ref json, ref repeated);
            json.End();
            References.Check(read, json.Scan, mayBeWrong: repeated || json.Scan.Problems.Count > 0 || !json.Scan.AllDefined);
            instance = json.Scan.Problems.Count == 0 ? read with { AsRead = json.Scan.Choices.Resolve(read) } : null;
        }
        catch (JsonException e)
        {
            json.Scan.IsNotJson(e.Message);
        }

        problems = json.Scan.Problems;
        return instance is not null;
    }

    private static Instance Root(ref JsonInput json, ref bool repeated)
    {
        if (!json.IsObject())
        {
            return new();
        }

        var (format, campaign, seed) = ((string?)null, (string?)null, "");
        ImmutableArray<InstanceStudent> students = [];
        ImmutableArray<InstanceHost> hosts = [];
        ImmutableArray<InstanceSupervisor> supervisors = [];
        ImmutableArray<InstanceOffer> offers = [];
        ImmutableArray<Quota> quotas = [];
        ImmutableArray<Together> together = [];
        ImmutableArray<Apart> apart = [];
        ImmutableArray<StudentOffer> pinned = [];
        ImmutableArray<StudentOffer> forbidden = [];
        ImmutableArray<StudentOffer> published = [];
        var seen = 0u;
        for (var at = -1; (at = json.Member(RootNames, ref seen, at)) >= 0;)
        {
            switch (at)
            {
                case 0:
                    format = json.Text();
                    if (format is not null && format != Instance.Format)
                    {
                        json.Scan.Add($"must be \"{Instance.Format}\", not \"{JsonScan.Shorten(format)}\".");
                    }

                    break;
                case 1: campaign = json.Text(); break;
                case 2: seed = Seed(ref json); break;
                case 3: students = Rows(ref json, InstanceRows.Student, ref repeated); break;
                case 4: hosts = Rows(ref json, InstanceRows.Host, ref repeated); break;
                case 5: supervisors = Rows(ref json, InstanceRows.Supervisor, ref repeated); break;
                case 6: offers = Rows(ref json, InstanceRows.Offer, ref repeated); break;
                case 7: quotas = Rows(ref json, InstanceConstraints.Quota, ref repeated); break;
                case 8: together = json.List(InstanceConstraints.TogetherOf); break;
                case 9: apart = json.List(InstanceConstraints.ApartOf); break;
                case 10: pinned = json.List(InstanceConstraints.Pair); break;
                case 11: forbidden = json.List(InstanceConstraints.Pair); break;
                default: published = json.List(InstanceConstraints.Pair); break;
            }
        }

        json.Require(seen, RootNames, 0, 3, 4, 6);
        return new Instance
        {
            Campaign = campaign,
            LotterySeed = seed,
            Students = students,
            Hosts = hosts,
            Supervisors = supervisors,
            Offers = offers,
            Quotas = quotas,
            Together = together,
            Apart = apart,
            Pinned = pinned,
            Forbidden = forbidden,
            Published = published,
        };
    }

    private delegate T ReadRow<out T>(ref JsonInput json, ref bool repeated);

    private static ImmutableArray<T> Rows<T>(ref JsonInput json, ReadRow<T> read, ref bool repeated)
    {
        if (!json.IsList())
        {
            return [];
        }

        var rows = ImmutableArray.CreateBuilder<T>();
        while (json.Item())
        {
            rows.Add(read(ref json, ref repeated));
        }

        return rows.DrainToImmutable();
    }

    private static string Seed(ref JsonInput json)
    {
        var seed = json.Text() ?? "";
        if (seed.Length > MaxSeedLength)
        {
            json.Scan.Add($"has at most {MaxSeedLength} characters; this one has {seed.Length}.");
        }

        return seed;
    }
}
