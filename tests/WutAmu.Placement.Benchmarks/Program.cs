using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using WutAmu.Placement.Benchmarks;
using WutAmu.Placement.Domain.Matching;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [Tool.Nothing])
{
    // The floor of a whole process: a program that only returns.
    return 0;
}

var sizes = new Option<ImmutableArray<int>>("--sizes")
{
    Description = $"Students of the synthetic instances; {string.Join(',', SolverBenchmark.UsualSizes)} without it.",
    HelpName = "N,N,...",
    CustomParser = Sizes,
};
var million = new Option<bool>("--million") { Description = "Adds 1000000 students, with the policies that take seconds there; the others where --policies names them." };
var policies = new Option<ImmutableArray<PolicyName>>("--policies") { Description = "Policies to measure; all without it.", HelpName = "NAME,...", CustomParser = Policies };
var noPeers = new Option<bool>("--no-peers") { Description = "Leaves LEMON, scipy and CBC out." };
var cbcUpTo = new Option<int>("--cbc-up-to") { Description = "Most students that CBC is given: it takes minutes on large instances.", HelpName = "N", DefaultValueFactory = _ => 10_000 };
var root = new RootCommand("The matching engine beside LEMON, scipy and CBC on the same synthetic instances: solve, certificate, verify, whole process and peak memory, and the goals met and missed.")
{
    sizes, million, policies, noPeers, cbcUpTo,
};
root.SetAction(parsed => new SolverBenchmark(new(
    [.. (parsed.GetValue(sizes) is { IsDefault: false } named ? named : SolverBenchmark.UsualSizes).Concat(parsed.GetValue(million) ? [SolverBenchmark.Million] : []).Distinct()],
    parsed.GetValue(policies) is { IsDefault: false } wanted ? wanted : [],
    !parsed.GetValue(noPeers),
    parsed.GetValue(cbcUpTo))).Run());

var command = root.Parse(args);
if (command.Errors.Count > 0)
{
    foreach (var error in command.Errors)
    {
        Console.Error.WriteLine($"{error.Message} See --help.");
    }

    return 2;
}

return command.Invoke();

static ImmutableArray<int> Sizes(ArgumentResult argument)
{
    var sizes = ImmutableArray.CreateBuilder<int>();
    foreach (var word in Words(argument))
    {
        if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < Synthetic.FewestStudents or > Synthetic.MostStudents)
        {
            argument.AddError($"--sizes wants whole numbers from {Synthetic.FewestStudents} to {Synthetic.MostStudents}, parted by commas; \"{word}\" is not.");
            return [];
        }

        sizes.Add(size);
    }

    return [.. sizes.Distinct()];
}

static ImmutableArray<PolicyName> Policies(ArgumentResult argument)
{
    var policies = ImmutableArray.CreateBuilder<PolicyName>();
    foreach (var word in Words(argument))
    {
        if (!PolicyName.TryParse(word, out var policy))
        {
            argument.AddError($"--policies: unknown policy \"{word}\". Known: {string.Join(", ", PolicyName.Catalogue.Select(known => known.Name))}; each but the stable ones also with \"{PolicyName.KeepPublishedPrefix}\" before it.");
            return [];
        }

        if (policy is { IsStable: true, KeepPublished: true })
        {
            argument.AddError($"--policies: {policy.Name} has no form \"{PolicyName.KeepPublishedPrefix}\".");
            return [];
        }

        policies.Add(policy);
    }

    return [.. policies.Distinct()];
}

static string[] Words(ArgumentResult argument) => argument.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
