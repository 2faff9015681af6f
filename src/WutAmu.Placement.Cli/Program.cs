using System.CommandLine;
using System.Globalization;
using WutAmu.Placement.Cli;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

Console.SetError(new OneLineWriter(Console.Error));
var instance = new Argument<string>("INSTANCE") { Description = "An instance file (placement-instance/1), or - for standard input; .gz is read as gzip. Ids have at most 200 characters, the lottery seed 1000; bounds go up to 1000000000, costs from -1000000000 to 1000000000, a score is any finite number." };
var resultFile = new Argument<string>("RESULT") { Description = "A result file (placement-result/1), or - for standard input." };
var policy = new Option<string>("--policy") { Description = "Name of the policy; see the command policies.", DefaultValueFactory = _ => PolicyName.Default.Name };
var output = new Option<string>("--out") { Description = "Where the result goes; - is standard output, .gz is written as gzip.", DefaultValueFactory = _ => "-" };
var noLottery = new Option<bool>("--no-lottery") { Description = "Leave out the last level, the lottery. The result says so and cannot be published." };
var report = new Option<bool>("--report") { Description = "Add explanations of every student, sensitivities, the floor, forced and reserve placements." };
var timeLimit = Seconds("Seconds after which solving stops: exit 4 with the best matching found, or exit 0 without the report where only that was missing. With a decimal point, as in 0.5.");
var secondOpinion = new Option<bool>("--second-opinion") { Description = "Solve every level of a flow policy by OR-Tools' minimum-cost flow alone: slower, and the same result." };
var timings = new Option<bool>("--timings") { Description = "Tell on standard error how long each stage took (reading, matching, within it the certificate, the report, checking, writing), and the peak of memory." };
var solve = new Command("solve", "Finds the best matching of an instance under a policy, and proves it.") { instance, policy, output, report, timeLimit, noLottery, secondOpinion, timings };
solve.SetAction((parsed, cancellationToken) => Task.FromResult(SolveCommand.Run(
    parsed.GetRequiredValue(instance),
    parsed.GetRequiredValue(policy),
    parsed.GetRequiredValue(output),
    !parsed.GetValue(noLottery),
    parsed.GetValue(report),
    parsed.GetValue(timeLimit),
    parsed.GetValue(secondOpinion) ? FlowAlgorithm.OrTools : FlowAlgorithm.Automatic,
    parsed.GetValue(timings),
    cancellationToken)));

var verify = new Command("verify", "Re-checks a result against its instance without the solver's code.") { instance, resultFile, timings };
verify.SetAction(parsed => VerifyCommand.Run(parsed.GetRequiredValue(instance), parsed.GetRequiredValue(resultFile), parsed.GetValue(timings)));

var student = new Option<string>("--student") { Description = "Id of the student.", Required = true };
var offer = new Option<string?>("--offer") { Description = "Id of one offer, preferred or not; without it every better choice is explained." };
var explain = new Command("explain", "Says why a student has what they have: limits, and the exact effect of giving them each better choice.") { instance, resultFile, student, offer };
explain.SetAction((parsed, cancellationToken) => Task.FromResult(ExplainCommands.Explain(
    parsed.GetRequiredValue(instance), parsed.GetRequiredValue(resultFile), parsed.GetRequiredValue(student), parsed.GetValue(offer), cancellationToken)));

var sensitivity = new Command("sensitivity", "Says what one place more and one fewer at each offer, supervisor and host would change.") { instance, resultFile };
sensitivity.SetAction((parsed, cancellationToken) => Task.FromResult(ExplainCommands.Sensitivity(parsed.GetRequiredValue(instance), parsed.GetRequiredValue(resultFile), cancellationToken)));

var searchLimit = Seconds("Seconds of its own work, the same on every machine, after which a search stops: exit 4 where it was not decided whether there is a matching; else what is missing is said. At most 60, the default, for that, and 3 for the rest. Instances without quotas, groups and if-open need no search.");
var diagnose = new Command("diagnose", "Says what makes an instance infeasible, who competes for too few places, and the repair. A group of students is irreducible: without any one of them the others can be placed; \"smallest\" stands only where that is proven.") { instance, searchLimit };
diagnose.SetAction((parsed, cancellationToken) => Task.FromResult(ExplainCommands.Diagnose(parsed.GetRequiredValue(instance), parsed.GetValue(searchLimit), cancellationToken)));

var policies = new Command("policies", "Lists the policies.");
policies.SetAction(_ =>
{
    foreach (var known in PolicyName.Catalogue)
    {
        Console.WriteLine($"{known.Name,-24}{known.Sentence} [{known.Source}]{Truth(known)}");
    }

    return ExitCode.Done;
});

var root = new RootCommand("Matches students to offers, proves the matching and re-checks it.") { solve, verify, explain, sensitivity, diagnose, policies };
var parse = root.Parse(args);
var code = await parse.InvokeAsync();
// A command line that cannot be read is invalid input.
return parse.Errors.Count > 0 ? ExitCode.InvalidInput : code;

static Option<double?> Seconds(string description) => new("--time-limit")
{
    Description = description,
    CustomParser = parsed =>
    {
        // The same in every culture: "1,5" is refused, not read as fifteen.
        if (double.TryParse(parsed.Tokens[0].Value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86_400)
        {
            return seconds;
        }

        parsed.AddError($"--time-limit is a number of seconds over 0, at most 86400, with a decimal point if any; \"{parsed.Tokens[0].Value}\" is not.");
        return null;
    },
};

static string Truth(PolicyDescription known) => !new PolicyName(known.Name, KeepPublished: false).IsTruthBest(minimum: false) ? ""
    : new PolicyName(known.Name, KeepPublished: false).IsTruthBest(minimum: true) ? " Ranking truthfully is always best."
    : " Ranking truthfully is best as long as nothing has a minimum.";
