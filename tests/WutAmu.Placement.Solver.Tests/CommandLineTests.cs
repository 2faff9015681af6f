using System.Diagnostics;
using System.IO.Compression;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>The tool as its callers see it: files, exit codes, words.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("placement-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Solve_writes_a_result_that_verify_accepts()
    {
        var result = Path.Combine(folder, "result.json");

        var solved = Run("solve", Root.Sample("tiny.json"), "--policy", "greedy-maximum", "--out", result);
        var verified = Run("verify", Root.Sample("tiny.json"), result);

        solved.Code.Should().Be(0, solved.Error);
        solved.Error.Should().Contain("optimal (proven)");
        verified.Code.Should().Be(0, verified.Error);
        verified.Error.Should().Contain("Verified");
    }

    [Fact]
    public void Gzip_in_and_out_and_standard_input_give_the_same_result()
    {
        var packed = Path.Combine(folder, "tiny.json.gz");
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(Root.Sample("tiny.json")));
        }

        var packedResult = Path.Combine(folder, "result.json.gz");
        Run("solve", packed, "--out", packedResult).Code.Should().Be(0);
        var piped = RunWith(File.ReadAllText(Root.Sample("tiny.json")), "solve", "-");
        using var unzipped = new StreamReader(new GZipStream(File.OpenRead(packedResult), CompressionMode.Decompress));

        WithoutSeconds(piped.Output).Should().Be(WithoutSeconds(unzipped.ReadToEnd()));
    }

    [Fact]
    public void A_wrong_result_is_exit_1_and_named()
    {
        var result = Path.Combine(folder, "result.json");
        Run("solve", Root.Sample("tiny.json"), "--out", result).Code.Should().Be(0);
        File.WriteAllText(result, File.ReadAllText(result).Replace("\"placed\": 2", "\"placed\": 3", StringComparison.Ordinal));

        var verified = Run("verify", Root.Sample("tiny.json"), result);

        verified.Code.Should().Be(1);
        verified.Error.Should().Contain("2 students are placed; the result says 3");
    }

    [Theory]
    [InlineData("""{"format":"placement-instance/1","students":[],"hosts":[],"offers":[],"qoutas":[]}""", "$.qoutas")]
    [InlineData("""{"format":"placement-instance/1","students":[],"hosts":[],"offers":[{"id":"o","host":"h"}]}""", "$.offers[0].host")]
    [InlineData("""{"format":"placement-instance/1","students":[],"hosts":[{"id":"h","min":-1}],"offers":[]}""", "$.hosts[0].min")]
    [InlineData("""{"format":"placement-instance/1","students":[{"id":"s","choices":[]},{"id":"s","choices":[]}],"hosts":[],"offers":[]}""", "$.students[1].id")]
    [InlineData("""{"format":"placement-instance/2","students":[],"hosts":[],"offers":[]}""", "$.format")]
    [InlineData("not json", "$")]
    public void Invalid_input_is_exit_2_with_the_path_of_the_mistake(string json, string path)
    {
        var solved = RunWith(json, "solve", "-");

        solved.Code.Should().Be(2);
        solved.Error.Should().Contain(path);
        solved.Output.Should().BeEmpty();
    }

    [Fact]
    public void All_mistakes_of_a_file_are_told_at_once()
    {
        var solved = RunWith("""{"format":"placement-instance/1","students":[{"id":"","choices":[["x"]]}],"hosts":[{"id":"h","max":-2}],"offers":[]}""", "solve", "-");

        solved.Error.Should().Contain("$.students[0].id").And.Contain("$.students[0].choices[0][0]").And.Contain("$.hosts[0].max");
    }

    [Fact]
    public void An_infeasible_instance_is_exit_3()
    {
        var solved = RunWith("""{"format":"placement-instance/1","students":[{"id":"s","choices":[["o"]]}],"hosts":[{"id":"h","min":2}],"offers":[{"id":"o","host":"h","max":5}]}""", "solve", "-");

        solved.Code.Should().Be(3);
        solved.Output.Should().Contain("\"infeasible\"").And.Contain("Lower the minimum of h from 2 to 1.");
    }

    [Fact]
    public void A_stable_matching_that_misses_a_minimum_is_exit_3_and_says_of_which_policy()
    {
        var json = """{"format":"placement-instance/1","students":[{"id":"s","choices":[["o"]]}],"hosts":[{"id":"h"}],"offers":[{"id":"o","host":"h"},{"id":"p","host":"h","min":1}]}""";

        var solved = RunWith(json, "solve", "-", "--policy", "student-optimal-stable");

        solved.Code.Should().Be(3);
        solved.Error.Should().Contain("no matching that student-optimal-stable allows").And.Contain("Lower the minimum of p from 1 to 0.");
        System.Text.Json.JsonDocument.Parse(solved.Output).RootElement.GetProperty("status").GetString().Should().Be("infeasible");
    }

    [Theory]
    [InlineData("host-optimal-stable", "a stable matching need not exist")]
    [InlineData("keep-published:host-optimal-stable", "Pin the placements that must stay")]
    public void A_policy_without_a_meaning_on_the_instance_is_exit_2(string policy, string words)
    {
        var quota = policy.StartsWith("keep", StringComparison.Ordinal) ? "" : ""","quotas":[{"id":"q","max":1}]""";
        var solved = RunWith($$"""{"format":"placement-instance/1","students":[{"id":"s","choices":[["o"]]}],"hosts":[{"id":"h"}],"offers":[{"id":"o","host":"h"}]{{quota}}}""", "solve", "-", "--policy", policy);

        solved.Code.Should().Be(2);
        solved.Error.Should().Contain(words);
        solved.Output.Should().BeEmpty();
    }

    [Fact]
    public void Timings_tell_each_stage_the_certificate_and_the_peak_of_memory()
    {
        var result = Path.Combine(folder, "result.json");

        var solved = Run("solve", Root.Sample("tiny.json"), "--out", result, "--report", "--timings");
        var verified = Run("verify", Root.Sample("tiny.json"), result, "--timings");

        Timed(solved.Error).Should().Equal("start", "read", "within", "match", "digest", "report", "write", "peak");
        Timed(verified.Error).Should().Equal("start", "read", "verify", "peak");
        solved.Error.Should().MatchRegex("timing: within certificate [0-9.]+ s\n");
        double.Parse(System.Text.RegularExpressions.Regex.Match(solved.Error, "timing: peak ([0-9.]+) MB, processor [0-9.]+ s").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
            .Should().BeInRange(10, 1000, "a .NET process holds tens of megabytes");
    }

    [Fact]
    public void A_search_is_verified_with_words_on_what_rests_on_it_and_a_limit_too_short_is_exit_4()
    {
        var (instance, result) = (Path.Combine(folder, "crowd.json"), Path.Combine(folder, "result.json"));
        File.WriteAllBytes(instance, Domain.Matching.CanonicalJson.Write(SearchTests.Crowd(40)));

        var solved = Run("solve", instance, "--out", result);
        var verified = Run("verify", instance, result);
        var limited = Enumerable.Range(0, 14).Select(i => Run("solve", instance, "--time-limit", (0.001 * Math.Pow(2, i)).ToString("R", System.Globalization.CultureInfo.InvariantCulture), "--out", result)).First(run => run.Code != 4 || File.ReadAllText(result).Contains("feasible", StringComparison.Ordinal));

        solved.Code.Should().Be(0, solved.Error);
        verified.Code.Should().Be(0, verified.Error);
        verified.Error.Should().Contain("which a complete search proved").And.Contain("rests on the solver's word");
        limited.Code.Should().Be(4, limited.Error);
        limited.Error.Should().Contain("feasible (not proven)");
        Run("verify", instance, result).Code.Should().Be(1, "a matching that is not proven is not verified");
    }

    [Fact]
    public void Explain_sensitivity_and_diagnose_write_json_and_sentences()
    {
        var result = Path.Combine(folder, "result.json");
        Run("solve", Root.Sample("worst-rank.json"), "--report", "--out", result).Code.Should().Be(0);
        using var whole = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(result));
        var student = whole.RootElement.GetProperty("assignments").EnumerateArray().First(a => a.GetProperty("rank").GetInt32() > 1).GetProperty("student").GetString()!; // not null: an id

        var explained = Run("explain", Root.Sample("worst-rank.json"), result, "--student", student);
        var sensitivity = Run("sensitivity", Root.Sample("worst-rank.json"), result);
        var diagnosed = Run("diagnose", Root.Sample("worst-rank.json"));
        var unknown = Run("explain", Root.Sample("worst-rank.json"), result, "--student", "nobody");

        whole.RootElement.GetProperty("report").GetProperty("students").GetArrayLength().Should().Be(4);
        explained.Code.Should().Be(0, explained.Error);
        explained.Error.Should().Contain("are taken");
        System.Text.Json.JsonDocument.Parse(explained.Output).RootElement.GetProperty("better").GetArrayLength().Should().BePositive();
        sensitivity.Code.Should().Be(0, sensitivity.Error);
        System.Text.Json.JsonDocument.Parse(sensitivity.Output).RootElement.GetArrayLength().Should().BePositive();
        diagnosed.Code.Should().Be(0, diagnosed.Error);
        System.Text.Json.JsonDocument.Parse(diagnosed.Output).RootElement.GetProperty("feasible").GetBoolean().Should().BeTrue();
        unknown.Code.Should().Be(2);
        var verified = Run("verify", Root.Sample("worst-rank.json"), result);
        verified.Code.Should().Be(0, "a report does not change the proof");
        verified.Error.Should().Contain("what it says of this matching was re-checked").And.Contain("How much they change, which offer a reserve is").And.Contain("rest on the solver's word");
    }

    [Fact]
    public void A_diagnosis_that_its_limit_cuts_off_is_exit_4_and_says_that_nothing_is_decided()
    {
        var instance = Path.Combine(folder, "crowd.json");
        File.WriteAllBytes(instance, Domain.Matching.CanonicalJson.Write(SearchTests.Crowd(40)));

        var limited = Run("diagnose", instance, "--time-limit", "0.0001");
        var whole = Run("diagnose", instance);

        limited.Code.Should().Be(4, limited.Error);
        limited.Error.Should().Contain("was not decided within the limit");
        System.Text.Json.JsonDocument.Parse(limited.Output).RootElement.GetProperty("feasible").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        whole.Code.Should().Be(0, whole.Error);
        System.Text.Json.JsonDocument.Parse(whole.Output).RootElement.GetProperty("feasible").GetBoolean().Should().BeTrue();
    }

    // One place fewer at the quota contradicts its minimum: the library says that on standard error when it is asked.
    [Fact]
    public void Standard_error_holds_the_tools_own_words_alone()
    {
        var (instance, result) = (Path.Combine(folder, "contradiction.json"), Path.Combine(folder, "result.json"));
        File.WriteAllText(instance, """
            {"format":"placement-instance/1","students":[{"id":"s","choices":[["o"]]},{"id":"t","choices":[["o"]]}],"hosts":[{"id":"h"}],
            "offers":[{"id":"o","host":"h","min":1,"max":1}],"quotas":[{"id":"q","min":1,"max":1}],"apart":[{"students":["s","t"]}]}
            """);
        Run("solve", instance, "--out", result).Code.Should().Be(0);

        var sensitivity = Run("sensitivity", instance, result);

        sensitivity.Code.Should().Be(0, sensitivity.Error);
        sensitivity.Error.Trim().Should().Be("3 limits; one place more would change a level at 0 of them, one fewer at 2.");
        System.Text.Json.JsonDocument.Parse(sensitivity.Output).RootElement.EnumerateArray().Single(limit => limit.GetProperty("kind").GetString() == "quota")
            .GetProperty("fewer").GetProperty("feasible").GetBoolean().Should().BeFalse();
    }

    [Theory]
    [InlineData("solve")]
    [InlineData("solve", "missing.json")]
    [InlineData("solve", "-", "--policy", "best")]
    [InlineData("solve", "-", "--time-limit", "-1")]
    [InlineData("frobnicate")]
    public void A_command_line_that_cannot_be_read_is_exit_2(params string[] arguments) => RunWith("{}", arguments).Code.Should().Be(2);

    /// <summary>French writes 0,5: a comma is refused in every culture, never read as something else.</summary>
    [Theory]
    [InlineData("fr_FR.UTF-8", "300.5", 0)]
    [InlineData("en_US.UTF-8", "30", 0)]
    [InlineData("fr_FR.UTF-8", "0,5", 2)]
    [InlineData("en_US.UTF-8", "0,5", 2)]
    [InlineData("de_DE.UTF-8", "1.000,5", 2)]
    [InlineData("en_US.UTF-8", "abc", 2)]
    [InlineData("fr_FR.UTF-8", "NaN", 2)]
    [InlineData("en_US.UTF-8", "0", 2)]
    [InlineData("en_US.UTF-8", "1e99", 2)]
    public void A_time_limit_is_read_the_same_in_every_culture(string culture, string seconds, int code)
    {
        var solved = RunIn(culture, "solve", Root.Sample("tiny.json"), "--time-limit", seconds);

        solved.Code.Should().Be(code, solved.Error);
        if (code != 0)
        {
            solved.Error.Should().Contain("--time-limit is a number of seconds");
        }
    }

    [Fact]
    public void An_unknown_policy_is_told_which_ones_have_the_prefix() =>
        Run("solve", Root.Sample("tiny.json"), "--policy", "best").Error.Should().Contain("each but the stable ones may be prefixed");

    [Fact]
    public void A_result_that_cannot_be_written_leaves_what_stood_there()
    {
        var result = Path.Combine(folder, "result.json");
        File.WriteAllText(result, "before");

        Run("solve", Root.Sample("tiny.json"), "--policy", "best", "--out", result).Code.Should().Be(2);
        File.ReadAllText(result).Should().Be("before");
        Run("solve", Root.Sample("tiny.json"), "--out", result).Code.Should().Be(0);

        Run("verify", Root.Sample("tiny.json"), result).Code.Should().Be(0);
        Directory.GetFiles(folder).Should().Equal([result], "nothing is left beside it");
        Run("solve", Root.Sample("tiny.json"), "--out", Path.Combine(folder, "missing", "result.json")).Code.Should().Be(2);
    }

    /// <summary>Enough students for a report to take longer than the limit, on any machine: the proof is kept.</summary>
    [Fact]
    public void A_report_that_takes_too_long_is_left_out_and_the_proven_result_written()
    {
        var (instance, result) = (Path.Combine(folder, "serial.json"), Path.Combine(folder, "result.json"));
        var random = new Random(3);
        const int Offers = 8009; // prime: whatever the step, no choice stands twice
        var students = Enumerable.Range(0, 12_000).Select(s => (Id: s, From: random.Next(Offers), Step: random.Next(1, Offers)))
            .Select(s => $"{{\"id\":\"s{s.Id}\",\"choices\":[{string.Join(',', Enumerable.Range(0, 8).Select(c => $"[\"o{(s.From + (c * s.Step)) % Offers}\"]"))}]}}");
        var offers = Enumerable.Range(0, Offers).Select(o => $"{{\"id\":\"o{o}\",\"host\":\"h\"}}");
        File.WriteAllText(instance, $"{{\"format\":\"placement-instance/1\",\"students\":[{string.Join(',', students)}],\"hosts\":[{{\"id\":\"h\"}}],\"offers\":[{string.Join(',', offers)}]}}");

        var solved = Run("solve", instance, "--policy", "serial", "--report", "--time-limit", "3", "--out", result, "--timings");

        solved.Code.Should().Be(0, solved.Error);
        Timed(solved.Error).Should().EndWith(["report", "write", "peak"], "what was given up took its time all the same");
        solved.Error.Should().Contain("The time limit of 3 s was reached: the result is written without its report.");
        Run("verify", instance, result).Code.Should().Be(0);
    }

    [Fact]
    public void An_id_made_to_write_on_the_terminal_stays_on_its_line_and_is_written_as_numbers()
    {
        const string Student = "a\nVerified: \u001b[2J";
        const string Offer = "o\r\u202e";
        var (instance, result) = (Path.Combine(folder, "terminal.json"), Path.Combine(folder, "result.json"));
        var ids = (Student: System.Text.Json.JsonSerializer.Serialize(Student), Offer: System.Text.Json.JsonSerializer.Serialize(Offer));
        File.WriteAllText(instance, $$"""{"format":"placement-instance/1","students":[{"id":{{ids.Student}},"choices":[["p"],[{{ids.Offer}}]]}],"hosts":[{"id":"h"}],"offers":[{"id":{{ids.Offer}},"host":"h"},{"id":"p","host":"h","max":0}]}""");
        Run("solve", instance, "--out", result).Code.Should().Be(0);

        var explained = Run("explain", instance, result, "--student", Student);
        File.WriteAllText(result, File.ReadAllText(result).Replace("\"rank\": 2", "\"rank\": 1", StringComparison.Ordinal));
        var wrong = Run("verify", instance, result);

        explained.Code.Should().Be(0, explained.Error);
        wrong.Code.Should().Be(1);
        explained.Error.TrimEnd().Split('\n').Should().HaveCount(2, "one line for what the student has, one for the better choice");
        wrong.Error.Should().StartWith("rank: ").And.Contain(@"a\u000aVerified: \u001b[2J").And.Contain(@"o\u000d\u202e");
        foreach (var told in new[] { explained.Error, wrong.Error })
        {
            told.Should().NotContainAny("\u001b", "\r", "\u202e", "\nVerified");
        }
    }

    [Fact]
    public void Policies_lists_every_policy()
    {
        var listed = Run("policies");

        listed.Code.Should().Be(0);
        foreach (var policy in Domain.Matching.PolicyName.Catalogue)
        {
            listed.Output.Should().Contain(policy.Name).And.Contain(policy.Sentence);
        }
    }

    private static IEnumerable<string> Timed(string error) => error.Split('\n').Where(line => line.StartsWith("timing: ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);

    private static string WithoutSeconds(string json) => System.Text.RegularExpressions.Regex.Replace(json.Trim(), "\"seconds\": ?[0-9.eE-]+", "");

    private static (int Code, string Output, string Error) Run(params string[] arguments) => RunWith("", arguments);

    private static (int Code, string Output, string Error) RunWith(string input, params string[] arguments) => Start(input, null, arguments);

    private static (int Code, string Output, string Error) RunIn(string culture, params string[] arguments) => Start("", culture, arguments);

    private static (int Code, string Output, string Error) Start(string input, string? culture, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (culture is not null)
        {
            start.Environment["LC_ALL"] = culture;
        }

        start.ArgumentList.Add(Tool());
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!; // not null: UseShellExecute is off
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The tool refused before it read its input.
        }

        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static string Tool() =>
        Directory.EnumerateFiles(Path.Combine(Root.Folder, "src", "WutAmu.Placement.Cli", "bin"), "placement.dll", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}ref", StringComparison.Ordinal))
            .MaxBy(File.GetLastWriteTimeUtc)!; // not null: the solution was built
}
