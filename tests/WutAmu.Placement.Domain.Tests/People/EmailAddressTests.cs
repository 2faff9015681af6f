using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Tests.People;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("Prenom.Nom@univ.example.org", "prenom.nom@univ.example.org")]
    [InlineData(" o'brien+placement@mail.example.org ", "o'brien+placement@mail.example.org")]
    [InlineData("a@b.fr", "a@b.fr")]
    [InlineData("contact@université.example.org", "contact@xn--universit-j4a.example.org")]
    [InlineData("contact@武汉.example.org", "contact@xn--5lwws.example.org")]
    public void Takes_an_address_and_keeps_it_in_one_form(string text, string kept)
    {
        EmailAddress.TryCreate(text, out var address).Should().BeTrue();

        address!.Value.Should().Be(kept); // not null: created
        EmailAddress.Create(address.Value).Should().Be(address, "what is stored must be readable again");
    }

    [Theory]
    [InlineData("a@example.org\r\nBcc: victim@example.org")]
    [InlineData("a@example.org\nSubject: other")]
    [InlineData("\ra@example.org")]
    [InlineData("a@example.org\0")]
    [InlineData("a@example.org, b@example.org")]
    [InlineData("a@example.org;b@example.org")]
    [InlineData("a b@example.org")]
    [InlineData("<a@example.org>")]
    [InlineData("\"a b\"@example.org")]
    [InlineData("Name <a@example.org>")]
    [InlineData("a@b@example.org")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@localhost")]
    [InlineData("a@example.org.")]
    [InlineData("a@exa_mple.org")]
    [InlineData("a@-example.org")]
    [InlineData("a@example..org")]
    [InlineData(".a@example.org")]
    [InlineData("a..b@example.org")]
    [InlineData("姓名@example.org")]
    [InlineData("a@example.org\u2028")]
    [InlineData("a\u202E@example.org")]
    [InlineData("@example.org")]
    [InlineData("a@")]
    [InlineData("")]
    [InlineData(null)]
    public void Refuses_what_is_no_single_address_or_could_carry_a_header(string? text) =>
        EmailAddress.TryCreate(text, out _).Should().BeFalse();

    [Fact]
    public void Refuses_more_than_254_characters_and_more_than_64_before_the_at()
    {
        var domain = string.Join('.', Enumerable.Repeat("abcdefghi", 20)) + ".org";

        EmailAddress.TryCreate(new string('a', 50) + "@" + domain, out _).Should().BeTrue();
        EmailAddress.TryCreate(new string('a', 60) + "@" + domain, out _).Should().BeFalse();
        EmailAddress.TryCreate(new string('a', 64) + "@example.org", out _).Should().BeTrue();
        EmailAddress.TryCreate(new string('a', 65) + "@example.org", out _).Should().BeFalse();
    }
}
