using Microsoft.AspNetCore.Razor.TagHelpers;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Shared;

/// <summary><c>&lt;state of="..." /&gt;</c>: the word of a state with the icon and colour that the style sheet gives to its name.</summary>
public sealed class StateTagHelper(Speech speech) : TagHelper
{
    public Enum? Of { get; set; }

    /// <summary>Other words than the state's own, where the place asks for them.</summary>
    public string? Say { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var state = Of ?? throw new InvalidOperationException("A state has a value.");
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "status " + state.ToString().ToLowerInvariant());
        output.Content.SetContent(Say ?? speech.Of(state));
    }
}
