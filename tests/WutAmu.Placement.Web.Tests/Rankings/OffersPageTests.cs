using System.Net;
using System.Text.RegularExpressions;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>Finding offers: words, filters, pages. A-1 has a title in French and Chinese, B-2 is for another programme than the reader's.</summary>
public sealed partial class OffersPageTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("", "A-1 A-2 A-3 B-1")]
    [InlineData("q=genetique", "A-1")]
    [InlineData("q=GÉNÉTIQUE", "A-1")]
    [InlineData("q=ｇｅｎｅｔｉｑｕｅ", "A-1")]
    [InlineData("q=遗传学", "A-1")]
    [InlineData("q=传学研", "A-1")]
    [InlineData("q=levures+genetique", "A-1")]
    [InlineData("q=levures+topic", "")]
    [InlineData("q=virology", "A-1 A-2 A-3")]
    [InlineData("q=etude", "A-1 A-2 A-3 B-1")]
    [InlineData("q=%25", "")]
    [InlineData("q=+", "A-1 A-2 A-3 B-1")]
    [InlineData("field=Virology", "A-1 A-2 A-3")]
    [InlineData("field=virology", "")]
    [InlineData("campus=Timone", "B-1")]
    [InlineData("campus=Timone&programme=all", "B-1 B-2")]
    [InlineData("programme=health-biology", "A-1 A-2 A-3 B-1 B-2")]
    [InlineData("host=B&programme=all&q=b-2", "B-2")]
    [InlineData("host=B&field=Virology", "")]
    [InlineData("language=fr", "A-1 A-2 A-3 B-1")]
    [InlineData("language=en", "")]
    public async Task Shows_what_has_every_word_and_passes_every_filter(string query, string codes)
    {
        using var student = await SignedInAsync();

        await student.OpenAsync($"{Campaign.OffersPage}?{query}");

        student.Status.Should().Be(HttpStatusCode.OK);
        string.Join(' ', Codes(student)).Should().Be(codes);
        var count = codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        student.Text.Should().Contain(count == 1 ? "1 offer." : $"{count} offers.");
        student.Text.Contains("?programme=all\">", StringComparison.Ordinal).Should().Be(count == 0, "an empty list leads on");
    }

    [Fact]
    public async Task Keeps_words_and_filters_from_page_to_page_and_shows_the_nearest_page_there_is()
    {
        using var student = await SignedInAsync();
        await Campaign.RedeclareAsync("A", declared => declared with { Offers = [.. declared.Offers, .. Enumerable.Range(4, 12).Select(i => declared.Offers[1] with { Code = $"A-{i:00}" })] });

        var asked = Campaign.OffersPage + "?q=virology&field=Virology";
        await student.OpenAsync(asked);
        var first = Codes(student);
        var next = Next().Match(student.Html).Groups[1].Value;
        await student.OpenAsync(WebUtility.HtmlDecode(next));
        var second = Codes(student);

        first.Should().HaveCount(12);
        second.Should().HaveCount(3);
        first.Concat(second).Should().OnlyHaveUniqueItems().And.OnlyContain(code => code.StartsWith('A'));
        student.Html.Should().Contain("rel=\"prev\"").And.NotContain("rel=\"next\"");
        student.Text.Should().Contain("Page 2 of 2").And.Contain("value=\"virology\"", "the words stay in their field");
        foreach (var (page, shown) in new[] { ("99", second), ("0", first), ("-3", first) })
        {
            await student.OpenAsync($"{asked}&p={page}");
            Codes(student).Should().Equal(shown);
        }
    }

    [Fact]
    public async Task Numbers_in_codes_are_ordered_as_numbers_where_offers_are_listed_and_where_they_are_added()
    {
        using var student = await SignedInAsync();
        await Campaign.RedeclareAsync("A", declared => declared with { Offers = [.. declared.Offers, declared.Offers[1] with { Code = "A-10" }, declared.Offers[1] with { Code = "A-20" }] });

        await student.OpenAsync(Campaign.OffersPage);
        var listed = Codes(student);
        await student.OpenAsync(Campaign.Page);

        listed.Should().Equal("A-1", "A-2", "A-3", "A-10", "A-20", "B-1");
        Regex.Matches(student.Html, "<option value=\"[^\"]+\" lang=\"[^\"]+\">([AB]-\\d+) ").Select(option => option.Groups[1].Value).Should().Equal(listed);
    }

    [Theory]
    [InlineData("fr", "Écologie Epidémiologie Virologie 病毒学")]
    [InlineData("zh-Hans", "病毒学 Écologie Epidémiologie Virologie")]
    public async Task Filters_stand_in_the_order_of_the_readers_language_and_claim_no_language_that_is_not_known(string tag, string fields)
    {
        using var student = await SignedInAsync();
        student.Speak(tag);
        await Campaign.ChangeAsync(db =>
        {
            var now = host.Clock.GetUtcNow();
            foreach (var (i, field) in new[] { "Virologie", "病毒学", "Epidémiologie", "Écologie" }.Index())
            {
                var laboratory = new Host(HostId.New(now), Domain.Campaigns.Track.MasterInternship, $"C{i}", "病毒研究所", db.People.First().Id);
                laboratory.Describe(laboratory.Name, null, i == 0 ? "武汉" : "Luminy", "", field, ["fr"], false, laboratory.Head);
                var offer = new Offer(OfferId.New(now), Campaign.Id, laboratory.Id, $"C{i}-1", new("Sujet", null, null));
                offer.Update(new($"C{i}-1", new("Sujet", null, null), null, null, null, 0, 1, Opening.Always, null, null, null, [], false), null);
                db.AddRange(laboratory, offer);
            }

            foreach (var offer in db.Offers.AsEnumerable().Where(o => !o.Code.StartsWith('C')))
            {
                db.Remove(offer);
            }

            return Task.CompletedTask;
        });

        await student.OpenAsync(Campaign.OffersPage);

        var select = student.Text[student.Text.IndexOf("id=\"field\"", StringComparison.Ordinal)..];
        Option().Matches(select[..select.IndexOf("</select>", StringComparison.Ordinal)]).Select(match => match.Groups[2].Value).Should().Equal(fields.Split(' '));
        Option().Matches(select).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Should().Contain([("zh", "病毒学"), ("", "Virologie"), ("zh", "武汉"), ("", "Luminy")]);
        student.Text.Should().Contain("<span lang=\"zh\">病毒研究所</span>");
    }

    private RankingCampaign Campaign { get; set; } = null!; // set by SignedInAsync

    private async Task<HostBrowser> SignedInAsync()
    {
        Campaign = await RankingCampaign.CreateAsync(host);
        await Campaign.RedeclareAsync("A", declared => declared with { Offers = [.. declared.Offers.Select(offer => offer.Code == "A-1" ? offer with { Title = new("Génétique des levures", "酵母的遗传学研究", null) } : offer)] });
        return await Campaign.SignInAsync("s1");
    }

    private static List<string> Codes(HostBrowser browser) => [.. Card().Matches(browser.Html).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("id=\"offer-([^\"]+)\"")]
    private static partial Regex Card();

    [GeneratedRegex("<a href=\"([^\"]+)\" rel=\"next\"")]
    private static partial Regex Next();

    [GeneratedRegex("<option lang=\"([^\"]*)\"[^>]*>([^<]+)</option>")]
    private static partial Regex Option();
}
