using System.Text.RegularExpressions;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Tests.Audit;

public sealed partial class ActTests
{
    [Fact]
    public void Every_act_that_is_written_in_the_journal_has_its_words()
    {
        var texts = new Texts();
        // Those that reach the entry in a variable.
        string[] passed = ["hosts.invited", "hosts.reminded", "run.verified", "run.failed", "run.cancelled", "sending.paused"];

        var acts = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "WutAmu.Placement.Web"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Entry().Matches(File.ReadAllText(file))).SelectMany(entry => Code().Matches(entry.Value)).Select(code => code.Groups[1].Value)
            .Except(["run.lost"]) // a detail
            .Concat(passed).Distinct().ToList();

        acts.Should().Contain(["ranking.submitted", "factor.replaced", "role.revoked"], "the sources are read as they are written").And.HaveCountGreaterThan(40);
        acts.Where(act => !texts.Has("act." + act)).Should().BeEmpty();
        texts.Keys.Where(key => key.StartsWith("act.", StringComparison.Ordinal)).Select(key => key["act.".Length..]).Should().BeEquivalentTo(acts, "words of an act that is no more are misleading");
    }

    [GeneratedRegex(@"Audit\.Add\([^;]*;")]
    private static partial Regex Entry();

    [GeneratedRegex("\"([a-z]+\\.[a-z-]+)\"")]
    private static partial Regex Code();
}
