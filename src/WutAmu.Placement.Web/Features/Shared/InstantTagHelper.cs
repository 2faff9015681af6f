using Microsoft.AspNetCore.Razor.TagHelpers;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Shared;

/// <summary><c>&lt;instant at="..." /&gt;</c>: an instant on both clocks, each city in its colour. Inside a sentence <see cref="BothClocks.Say"/> says the same in words.</summary>
public sealed class InstantTagHelper(Texts texts, Speech speech) : TagHelper
{
    public DateTimeOffset At { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (date, marseille, wuhan) = BothClocks.Read(speech.Language, At);
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "both");
        output.Attributes.SetAttribute("datetime", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture));
        output.Content.AppendHtml("<span class=\"date\">").Append(date).AppendHtml("</span> <span class=\"sea\">").Append(texts.Get(speech.Language, "clocks.marseille", marseille))
            .AppendHtml("</span> <span class=\"plum\">").Append(texts.Get(speech.Language, "clocks.wuhan", wuhan)).AppendHtml("</span>");
    }
}
