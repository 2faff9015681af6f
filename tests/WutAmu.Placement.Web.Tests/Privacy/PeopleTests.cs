using System.Globalization;
using System.Text.RegularExpressions;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Privacy;

/// <summary>Lists of people, as readers of each language look somebody up.</summary>
public sealed partial class PeopleTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("zh-Hans", "曹明远 陈思源 欧阳若曦 张伟 Étienne Eugène Zoé")]
    [InlineData("fr", "陈思源 Étienne Eugène 欧阳若曦 曹明远 张伟 Zoé")]
    [InlineData("en", "陈思源 Étienne Eugène 欧阳若曦 曹明远 张伟 Zoé")]
    public async Task Names_stand_in_the_order_of_the_readers_language(string tag, string expected)
    {
        // By code point: Eugène, Zoé, Étienne, 张伟, 曹明远, 欧阳若曦, 陈思源.
        using var coordinator = await SignedInAsync(("Zoé", null), ("张伟", "Wei Zhang"), ("Eugène", null), ("欧阳若曦", "Ruoxi Ouyang"), ("Étienne", null), ("曹明远", "Tsao Mingyuan"), ("陈思源", "Chen Siyuan"));
        coordinator.Speak(tag);

        await coordinator.OpenAsync("/People");

        Names(coordinator).Where(name => name != "Coordinator").Should().Equal(expected.Split(' '));
    }

    [Theory]
    [InlineData("zh-Hans", "曹明远 欧阳若曦 张伟 Étienne Eugène")]
    [InlineData("fr", "Étienne Eugène 欧阳若曦 曹明远 张伟")]
    public async Task So_do_those_of_the_staff(string tag, string expected)
    {
        using var coordinator = await SignedInAsync(Roles.Coordinator, ("张伟", "Wei Zhang"), ("Eugène", null), ("欧阳若曦", "Ruoxi Ouyang"), ("Étienne", null), ("曹明远", "Tsao Mingyuan"));
        coordinator.Speak(tag);

        await coordinator.OpenAsync("/Accounts/Staff");

        var names = expected.Split(' ');
        Regex.Matches(coordinator.Text, string.Join('|', names)).Select(match => match.Value).Distinct().Should().Equal(names);
    }

    [Theory]
    [InlineData("etienne", "Étienne")]
    [InlineData("EUGÈNE", "Eugène")]
    [InlineData("若曦", "欧阳若曦")]
    [InlineData("ouyang", "欧阳若曦")]
    [InlineData("p4@", "Étienne")]
    [InlineData("p5@home", "曹明远")]
    [InlineData("%", "")]
    [InlineData("p_@", "")]
    public async Task Somebody_is_found_by_a_part_of_name_or_address_without_accents(string words, string expected)
    {
        using var coordinator = await SignedInAsync(("Zoé", null), ("张伟", "Wei Zhang"), ("Eugène", null), ("欧阳若曦", "Ruoxi Ouyang"), ("Étienne", null), ("曹明远", "Tsao Mingyuan"));

        await coordinator.OpenAsync("/People?q=" + Uri.EscapeDataString(words));

        string.Join(' ', Names(coordinator)).Should().Be(expected);
    }

    [Fact]
    public async Task The_order_goes_on_from_page_to_page()
    {
        // Sixty and the coordinator, who stands after "Anne ..." and before "Étienne".
        (string, string?)[] people = [.. Enumerable.Range(0, 59).Select(i => ($"Anne {i:00}", (string?)null)), ("Étienne", null)];
        using var coordinator = await SignedInAsync([.. people.Reverse()]);

        await coordinator.OpenAsync("/People");
        var (first, more) = (Names(coordinator), coordinator.Html.Contains("rel=\"next\"", StringComparison.Ordinal));
        await coordinator.OpenAsync("/People?p=2");
        var (second, evenMore) = (Names(coordinator), coordinator.Html.Contains("rel=\"next\"", StringComparison.Ordinal));

        first.Should().HaveCount(50);
        second.Should().HaveCount(11);
        first.Concat(second).Should().Equal([.. people.Take(59).Select(one => one.Item1), "Coordinator", "Étienne"]);
        (more, evenMore).Should().Be((true, false));
    }

    private Task<HostBrowser> SignedInAsync(params (string Name, string? Latin)[] people) => SignedInAsync(Roles.None, people);

    /// <summary>The n-th has the address pN@..., the sixth a second one.</summary>
    private async Task<HostBrowser> SignedInAsync(Roles roles, params (string Name, string? Latin)[] people)
    {
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var now = host.Clock.GetUtcNow();
            db.Add(new Person(PersonId.New(now), "Coordinator", null, EmailAddress.Create(Coordinator), Language.English, Roles.Coordinator));
            foreach (var (i, (name, latin)) in people.Index())
            {
                var person = new Person(PersonId.New(now.AddSeconds(i)), name, latin, EmailAddress.Create(string.Create(CultureInfo.InvariantCulture, $"p{i}@wut.example.org")), Language.English, roles);
                person.ChangeSecondAddress(i == 5 ? EmailAddress.Create("p5@home.example.org") : null);
                db.Add(person);
            }

            await db.SaveChangesAsync();
        });
        return await HostBrowser.SignInAsync(host, Coordinator);
    }

    /// <summary>Of the table, from above, without the Latin form.</summary>
    private static IReadOnlyList<string> Names(HostBrowser browser) =>
        [.. Name().Matches(browser.Text).Select(match => match.Groups[1].Value.Split('（', '(')[0].Trim())];

    [GeneratedRegex("""<a href="/People/[^"]+">([^<]+)</a>""")]
    private static partial Regex Name();
}
