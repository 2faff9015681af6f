using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WutAmu.Placement.Web.Features.Shared;

/// <summary>
/// <c>&lt;field id="max" name="Form.Max" label="..." hint="..." value="..." problems="..." /&gt;</c>: a labelled input with its hint and what is wrong with it;
/// a text area where <c>lines</c> is given. Other attributes go to the input.
/// </summary>
public sealed class FieldTagHelper : TagHelper
{
    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    public string Label { get; set; } = "";

    public string? Hint { get; set; }

    public string? Value { get; set; }

    public int? Lines { get; set; }

    /// <summary>Sentences; empty: nothing is wrong.</summary>
    public IEnumerable<string> Problems { get; set; } = [];

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var problem = string.Join(' ', Problems);
        var input = new TagBuilder(Lines is null ? "input" : "textarea");
        foreach (var attribute in output.Attributes)
        {
            input.Attributes[attribute.Name] = attribute.Value is Microsoft.AspNetCore.Html.IHtmlContent or null ? Text(attribute) : Convert.ToString(attribute.Value, CultureInfo.InvariantCulture);
        }

        (input.Attributes["id"], input.Attributes["name"]) = (Id, Name);
        if (Lines is { } lines)
        {
            input.Attributes["rows"] = lines.ToString(CultureInfo.InvariantCulture);
            input.InnerHtml.Append(Value ?? "");
        }
        else
        {
            input.TagRenderMode = TagRenderMode.SelfClosing;
            input.Attributes["value"] = Value ?? "";
        }

        string[] told = [.. Hint is null ? [] : new[] { Id + "-hint" }, .. problem.Length == 0 ? [] : new[] { Id + "-problem" }];
        if (told.Length > 0)
        {
            input.Attributes["aria-describedby"] = string.Join(' ', told);
        }

        if (problem.Length > 0)
        {
            input.Attributes["aria-invalid"] = "true";
        }

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", "field");
        output.Content.AppendHtml(Part("label", "for", Id, null, Label));
        if (Hint is not null)
        {
            output.Content.AppendHtml(Part("span", "id", Id + "-hint", "hint", Hint));
        }

        output.Content.AppendHtml(input);
        if (problem.Length > 0)
        {
            output.Content.AppendHtml(Part("p", "id", Id + "-problem", "problem", problem));
        }
    }

    private static TagBuilder Part(string tag, string attribute, string value, string? style, string words)
    {
        var part = new TagBuilder(tag);
        part.Attributes[attribute] = value;
        if (style is not null)
        {
            part.AddCssClass(style);
        }

        part.InnerHtml.Append(words);
        return part;
    }

    // Razor hands attributes over as markup that is encoded already; a bare one has no value.
    private static string Text(TagHelperAttribute attribute)
    {
        if (attribute.Value is not Microsoft.AspNetCore.Html.IHtmlContent content)
        {
            return attribute.Name;
        }

        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        content.WriteTo(writer, System.Text.Encodings.Web.HtmlEncoder.Default);
        return System.Net.WebUtility.HtmlDecode(writer.ToString());
    }
}
