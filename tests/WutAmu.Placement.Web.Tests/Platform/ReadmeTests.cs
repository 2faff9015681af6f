namespace WutAmu.Placement.Web.Tests.Platform;

public sealed class ReadmeTests
{
    [Fact]
    public void Every_setting_stands_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));
        var settings = typeof(Program).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is not null)
            .SelectMany(type => type.GetProperties().Where(property => property.CanWrite).Select(property => $"{type.GetField("Section")!.GetRawConstantValue()}__{property.Name}")) // not null: filtered above
            .ToList();

        settings.Should().NotBeEmpty();
        settings.Should().OnlyContain(setting => readme.Contains($"`{setting}`"));
    }
}
