namespace WutAmu.Placement.Domain.Tests;

public sealed class SingleLineTests
{
    [Theory]
    [InlineData("a\r\nBcc: b", "a  Bcc: b")]
    [InlineData("tab\there", "tab here")]
    [InlineData("nul\0", "nul")]
    [InlineData("line\u2028separator", "line separator")]
    [InlineData("next\u0085line", "next line")]
    [InlineData("right\u202Eto left", "right to left")]
    [InlineData("isolate\u2067d", "isolate d")]
    public void Forbidden_characters_are_seen_and_become_spaces(string text, string clean)
    {
        SingleLine.IsClean(text).Should().BeFalse();
        SingleLine.Clean(text).Should().Be(clean);
    }

    [Theory]
    [InlineData("Hélène Vasseur-D’Arc")]
    [InlineData("欧阳修")]
    [InlineData("𠮷野家")]
    [InlineData("Laboratoire A : structure et fonction")]
    public void Names_and_titles_stay_as_they_are(string text)
    {
        SingleLine.IsClean(text).Should().BeTrue();
        SingleLine.Clean(text).Should().Be(text);
    }
}
