using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>The instances of <c>samples/instances</c> give the profiles that their README states.</summary>
public sealed class SampleTests
{
    public static TheoryData<string, string, string> Stated { get; } = Read();

    [Theory]
    [MemberData(nameof(Stated))]
    public void Has_the_profile_that_its_readme_states(string file, string policy, string profile)
    {
        InstanceReader.TryRead(File.ReadAllBytes(Root.Sample(file)), out var instance, out _).Should().BeTrue();
        PolicyName.TryParse(policy, out var name).Should().BeTrue();

        var result = MatchingEngine.Solve(instance!, name!, new SolveOptions(), CancellationToken.None);

        $"[{string.Join(", ", result.Profile)}]".Should().Be(profile);
        ResultVerifier.Check(instance!, result).IsGreen.Should().BeTrue();
    }

    [Fact]
    public void Every_sample_instance_is_in_the_readme() =>
        Stated.Select(row => (string)row[0]).Distinct().Should().BeEquivalentTo(Directory.EnumerateFiles(Root.Sample(""), "*.json").Select(Path.GetFileName));

    private static TheoryData<string, string, string> Read()
    {
        var data = new TheoryData<string, string, string>();
        var rows = File.ReadAllLines(Root.Sample("README.md")).Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        var policies = rows[0][2..];
        foreach (var row in rows.Skip(2))
        {
            for (var p = 0; p < policies.Length; p++)
            {
                data.Add(row[0].Trim('`'), policies[p], row[p + 2]);
            }
        }

        return data;
    }
}
