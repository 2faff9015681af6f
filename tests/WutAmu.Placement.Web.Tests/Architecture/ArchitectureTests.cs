using System.Reflection;
using Hangfire.Storage.SQLite;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Tests.Architecture;

/// <summary>Which project may know which.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Domain = typeof(Problem).Assembly;
    private static readonly Assembly Web = typeof(Program).Assembly;
    private static readonly Assembly Storage = typeof(SQLiteStorage).Assembly;

    [Fact]
    public void The_domain_knows_only_the_base_library() =>
        References(Domain).Should().OnlyContain(name => name == "System" || name.StartsWith("System.", StringComparison.Ordinal) || name == "netstandard");

    [Fact]
    public void The_service_starts_the_solver_as_a_process_and_never_links_it() =>
        References(Web).Should().NotContain(name => name.StartsWith("Google.OrTools", StringComparison.Ordinal) || name == "WutAmu.Placement.Solver" || name == "placement");

    [Fact]
    public void The_job_storage_knows_nothing_of_placements() =>
        References(Storage).Should().NotContain(name => name.StartsWith("WutAmu", StringComparison.Ordinal) || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal));

    [Fact]
    public void Every_id_can_be_read_from_an_address()
    {
        var ids = Domain.GetTypes().Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IId<>))).ToList();

        ids.Should().NotBeEmpty();
        ids.Should().OnlyContain(id => id.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly) != null);
    }

    [Fact]
    public void Classes_are_sealed_unless_they_are_inherited()
    {
        var types = Domain.GetTypes().Concat(Web.GetTypes()).Where(type => type is { IsClass: true, IsNested: false } && type.Namespace?.StartsWith("WutAmu", StringComparison.Ordinal) == true && !type.Name.StartsWith('<')).ToList();
        var inherited = types.Select(type => type.BaseType).ToHashSet();

        types.Where(type => type is { IsSealed: false, IsAbstract: false } && !inherited.Contains(type) && !type.Namespace!.Contains("Migrations", StringComparison.Ordinal)).Select(type => type.FullName).Should().BeEmpty();
    }

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(reference => reference.Name ?? "");
}
