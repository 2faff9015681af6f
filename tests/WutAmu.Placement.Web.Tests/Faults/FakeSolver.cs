using System.Reflection;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>This assembly as the solver's tool, misbehaving as the file <c>mode</c> beside it says. It never links the service: only the base library is there.</summary>
internal static class FakeSolver
{
    /// <summary>A folder with the tool in it, for <c>Solver:Tool</c>.</summary>
    public static string Install(string mode)
    {
        var folder = Directory.CreateTempSubdirectory("placement-fake-solver-").FullName;
        var assembly = typeof(FakeSolver).Assembly.Location;
        foreach (var file in new[] { assembly, Path.ChangeExtension(assembly, ".runtimeconfig.json") })
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(folder, "mode"), mode);
        return Path.Combine(folder, Path.GetFileName(assembly));
    }

    public static int Run()
    {
        Console.In.ReadToEnd();
        switch (File.ReadAllText(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "mode"))) // not null: it is a file
        {
            case "garbage":
                Console.Write("Segmentation fault, or perhaps not \u0000\uffff {]");
                return 0;
            case "truncated":
                Console.Write("{\"format\":\"placement-result/1\",\"assignments\":[{\"student\":\"s1\"");
                return 0;
            case "silent":
                return 0;
            case "flood":
                while (true)
                {
                    Console.Write(new string('x', 100_000));
                }

            case "memory":
                var kept = new List<byte[]>();
                while (true)
                {
                    kept.Add(new byte[1_000_000]);
                }

            case "unproven":
                // As the tool does when its time is up before a proof.
                Console.Write("{\"format\":\"placement-result/1\",\"status\":\"feasible\"}");
                Console.Error.WriteLine("The time limit came before the proof: this is the best matching found.");
                Console.Error.WriteLine("min-regret-greedy: 3 of 4 placed, profile [2, 1], feasible (not proven), 600.000 s.");
                return 4;
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                return 0;
            default:
                Console.Error.WriteLine("no licence");
                return 77;
        }
    }
}
