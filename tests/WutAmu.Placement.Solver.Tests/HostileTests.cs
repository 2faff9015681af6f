using System.Text;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Files made to break a reader are refused with a problem; nothing throws, nothing hangs.</summary>
public sealed class HostileTests
{
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["deep lists"] = new('[', 100_000),
        ["deep objects"] = string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
        ["deep in a member"] = Valid.Replace("\"choices\":[]", $"\"choices\":{new string('[', 1000)}{new string(']', 1000)}", StringComparison.Ordinal),
        ["huge whole number"] = Valid.Replace("\"max\":1", "\"max\":" + new string('9', 5000), StringComparison.Ordinal),
        ["huge exponent"] = Valid.Replace("\"max\":1", "\"max\":1e999999999", StringComparison.Ordinal),
        ["score beyond numbers"] = Valid.Replace("\"choices\":[]", "\"choices\":[],\"score\":1e400", StringComparison.Ordinal),
        ["NaN"] = Valid.Replace("\"max\":1", "\"max\":NaN", StringComparison.Ordinal),
        ["Infinity"] = Valid.Replace("\"choices\":[]", "\"choices\":[],\"score\":-Infinity", StringComparison.Ordinal),
        ["fraction"] = Valid.Replace("\"max\":1", "\"max\":1.5", StringComparison.Ordinal),
        ["lone surrogate in an id"] = Valid.Replace("\"id\":\"s\"", "\"id\":\"\\ud800\"", StringComparison.Ordinal),
        ["lone surrogate in a member's name"] = Valid.Replace("\"id\":\"s\"", "\"id\":\"s\",\"\\udfff\":1", StringComparison.Ordinal),
        ["lone surrogate in a cost's offer"] = Valid.Replace("\"choices\":[]", "\"choices\":[],\"costs\":{\"\\ud800\":1}", StringComparison.Ordinal),
        ["member twice"] = Valid.Replace("\"id\":\"s\"", "\"id\":\"s\",\"id\":\"t\"", StringComparison.Ordinal),
        ["students twice"] = Valid.Replace("\"students\":", "\"students\":[],\"students\":", StringComparison.Ordinal),
        ["cost twice"] = Valid.Replace("\"choices\":[]", "\"choices\":[],\"costs\":{\"o\":1,\"o\":2}", StringComparison.Ordinal),
        ["very long id"] = Valid.Replace("\"id\":\"s\"", $"\"id\":\"{new string('x', 10_000_000)}\"", StringComparison.Ordinal),
        ["very long unknown member"] = Valid.Replace("\"id\":\"s\"", $"\"id\":\"s\",\"{new string('x', 1_000_000)}\":0", StringComparison.Ordinal),
        ["a million mistakes"] = Valid.Replace("\"choices\":[]", $"\"choices\":[[{string.Join(',', Enumerable.Repeat("0", 1_000_000))}]]", StringComparison.Ordinal),
        ["comment"] = Valid.Replace("\"choices\":[]", "/* */\"choices\":[]", StringComparison.Ordinal),
        ["trailing comma"] = Valid.Replace("\"choices\":[]", "\"choices\":[],", StringComparison.Ordinal),
        ["two documents"] = Valid + Valid,
        ["cut off"] = Valid[..^10],
        ["nothing"] = "",
        ["white space"] = "  \n\t ",
        ["a list"] = "[]",
        ["null"] = "null",
        ["a text"] = "\"placement-instance/1\"",
        ["zero bytes"] = new('\0', 1000),
    };

    private const string Valid = """{"format":"placement-instance/1","students":[{"id":"s","choices":[]}],"hosts":[{"id":"h"}],"offers":[{"id":"o","host":"h","max":1}]}""";

    // Every member that the format knows.
    private const string Everything = """
        {"format":"placement-instance/1","campaign":"é","lotterySeed":"x","students":[{"id":"s","programme":"p","score":1.5,"choices":[["o"],["r","é"]],"costs":{"o":-2},"unrankedAcceptable":false},{"id":"t","choices":[["o"]]}],
        "hosts":[{"id":"h","min":0,"max":3,"opening":"if-open","ranking":[["s"],["t"]]}],"supervisors":[{"id":"v","host":"h","min":0,"max":2}],
        "offers":[{"id":"o","host":"h","supervisor":"v","min":0,"max":1,"opening":"always","programmes":["p"],"ranking":[["t"]]},{"id":"r","host":"h"},{"id":"é","host":"h"}],
        "quotas":[{"id":"q","programmes":["p"],"hosts":["h"],"offers":null,"min":0,"max":2}],"together":[{"students":["s"],"level":"host"}],"apart":[{"students":["s","t"],"level":"offer"}],
        "pinned":[{"student":"t","offer":"r"}],"forbidden":[{"student":"s","offer":"r"}],"published":[{"student":"s","offer":"é"}]}
        """;

    public static TheoryData<string> Names { get; } = [.. Parts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_instance_made_to_break_the_reader_is_refused_with_a_problem(string name)
    {
        InstanceReader.TryRead(Encoding.UTF8.GetBytes(Parts[name]), out var instance, out var problems).Should().BeFalse();

        instance.Should().BeNull();
        problems.Should().NotBeEmpty();
        problems.Count.Should().BeLessThanOrEqualTo(1000);
        problems.Max(problem => problem.ToString().Length).Should().BeLessThan(2000, "a problem is one line to read");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_result_made_to_break_the_reader_is_refused_with_a_problem(string name)
    {
        var json = Parts[name].Replace("placement-instance/1", "placement-result/1", StringComparison.Ordinal);

        ResultJson.TryRead(Encoding.UTF8.GetBytes(json), out var result, out var problems).Should().BeFalse();

        result.Should().BeNull();
        problems.Should().NotBeEmpty();
    }

    [Fact]
    public void The_file_that_the_hostile_ones_are_made_from_is_read() =>
        InstanceReader.TryRead(Encoding.UTF8.GetBytes(Valid), out _, out _).Should().BeTrue();

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00 })]
    [InlineData(new byte[] { 0x1F, 0x8B, 0x08, 0x00 })]
    [InlineData(new byte[] { 0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D })]
    [InlineData(new byte[] { 0x7B, 0x22, 0x66, 0x6F, 0x72, 0x6D, 0x61, 0x74, 0x22, 0x3A, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x7D })]
    public void Bytes_that_are_no_text_are_refused(byte[] bytes)
    {
        InstanceReader.TryRead(bytes, out _, out var ofInstance).Should().BeFalse();
        ResultJson.TryRead(bytes, out _, out var ofResult).Should().BeFalse();

        ofInstance.Should().NotBeEmpty();
        ofResult.Should().NotBeEmpty();
    }

    [Fact]
    public void A_file_cut_off_at_any_byte_is_refused()
    {
        var instance = Encoding.UTF8.GetBytes(Everything);
        InstanceReader.TryRead(instance, out var read, out _).Should().BeTrue();
        var solved = ExplanationTests.Solve(read!, PolicyName.MinRegretGreedy); // not null: it was read
        using var explainer = new Explainer(read!, solved, CancellationToken.None); // not null: it was read
        var (students, limits) = explainer.Report();
        var written = ResultJson.Write(solved, new(students, limits, Diagnostician.Diagnose(read!, CancellationToken.None))); // not null: it was read
        ResultJson.TryRead(written, out _, out _).Should().BeTrue();

        for (var length = 0; length < instance.Length; length++)
        {
            InstanceReader.TryRead(instance.AsMemory(0, length), out _, out var problems).Should().BeFalse($"{length} of {instance.Length} bytes are no instance");
            problems.Should().NotBeEmpty();
        }

        for (var length = 0; length < written.Length; length++)
        {
            ResultJson.TryRead(written.AsMemory(0, length), out _, out var problems).Should().BeFalse($"{length} of {written.Length} bytes are no result");
            problems.Should().NotBeEmpty();
        }
    }

    /// <summary>Each takes six times its bytes of memory when it is kept.</summary>
    [Theory]
    [InlineData(19_999_998, true)]
    [InlineData(19_999_999, false)]
    public void A_report_of_millions_of_values_is_refused_rather_than_kept(int values, bool accepted)
    {
        var start = """{"format":"placement-result/1","instance":"sha256:0","policy":"serial","status":"optimal","report":["""u8;
        var end = "]}"u8;
        var json = new byte[start.Length + (2 * values) - 1 + end.Length];
        start.CopyTo(json);
        var rows = json.AsSpan(start.Length, (2 * values) - 1);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i % 2 == 0 ? (byte)'0' : (byte)',';
        }

        end.CopyTo(json.AsSpan(start.Length + rows.Length));

        ResultJson.TryRead(json, out var result, out var problems).Should().Be(accepted);

        (result is not null).Should().Be(accepted);
        problems.Select(problem => problem.ToString()).Should().Equal(accepted ? [] : ["$.report: is more than is read: at most 20000000 names, values and brackets, 300000000 bytes."]);
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 300].Sample(
            bytes => (InstanceReader.TryRead(bytes, out _, out var ofInstance) || ofInstance.Count > 0) && (ResultJson.TryRead(bytes, out _, out var ofResult) || ofResult.Count > 0),
            iter: 5000);

    /// <summary>A valid file with bytes changed, cut out or doubled: read or refused; what is read can be solved and verified.</summary>
    [Fact]
    public void A_damaged_file_is_refused_or_solved() =>
        Gens.Constrained.Select(Gen.Int[0, int.MaxValue - 1]).Sample(
            (instance, seed) =>
            {
                var bytes = Damaged(CanonicalJson.Write(instance), new Random(seed));
                if (!InstanceReader.TryRead(bytes, out var read, out var problems))
                {
                    return problems.Count > 0;
                }

                var result = MatchingEngine.Solve(read, PolicyName.Default, new SolveOptions(), CancellationToken.None);
                return result.Status == MatchingStatus.Infeasible || ResultVerifier.Check(read, result).IsGreen;
            },
            iter: 400);

    [Fact]
    public void A_damaged_result_is_refused_or_checked_without_an_exception() =>
        Gens.Market.Where(instance => ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy).Status == MatchingStatus.Optimal).Select(Gen.Int[0, int.MaxValue - 1]).Sample(
            (instance, seed) =>
            {
                var written = ResultJson.Write(ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy));
                var bytes = Damaged(written, new Random(seed));
                if (!ResultJson.TryRead(bytes, out var read, out var problems))
                {
                    return problems.Count > 0;
                }

                ResultJson.TryRead(written, out var whole, out _);
                return ResultVerifier.Check(instance, read).Findings.Length > 0 || read.Assignments.SequenceEqual(whole!.Assignments); // not null: just written
            },
            iter: 1000);

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        for (var i = random.Next(1, 4); i > 0 && list.Count > 0; i--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0: list[at] = (byte)random.Next(256); break;
                case 1: list[at] = (byte)"0123456789{}[]\",:-null"[random.Next(22)]; break;
                case 2: list.RemoveRange(at, Math.Min(list.Count - at, random.Next(1, 20))); break;
                default: list.InsertRange(at, list.GetRange(at, Math.Min(list.Count - at, random.Next(1, 20)))); break;
            }
        }

        return [.. list];
    }
}
