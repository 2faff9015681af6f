using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Shared;

/// <summary><c>&lt;pager page="2" more="true" /&gt;</c>: the page before and the page after, in this address with its other values; nothing where there is one page.</summary>
public sealed class PagerTagHelper(Speech speech) : TagHelper
{
    /// <summary>From one.</summary>
    public int Page { get; set; } = 1;

    public bool More { get; set; }

    /// <summary>The value of the address that names the page.</summary>
    public string Name { get; set; } = "p";

    [HtmlAttributeNotBound, ViewContext]
    public ViewContext View { get; set; } = null!; // set by the framework before Process

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Page <= 1 && !More)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pager");
        output.Attributes.SetAttribute("aria-label", speech["site.pages"]);
        if (Page > 1)
        {
            output.Content.AppendHtml(Link(Page - 1, "prev", speech["site.previous"]));
        }

        output.Content.AppendHtml("<span>").Append(speech["site.page", Page]).AppendHtml("</span>");
        if (More)
        {
            output.Content.AppendHtml(Link(Page + 1, "next", speech["site.next"]));
        }
    }

    private TagBuilder Link(int page, string relation, string words)
    {
        var query = new QueryBuilder(View.HttpContext.Request.Query.Where(value => value.Key != Name).SelectMany(value => value.Value, (value, text) => KeyValuePair.Create(value.Key, text ?? "")))
        {
            { Name, page.ToString(CultureInfo.InvariantCulture) },
        };
        var link = new TagBuilder("a");
        link.Attributes["href"] = query.ToString();
        link.Attributes["rel"] = relation;
        link.InnerHtml.Append(words);
        return link;
    }
}
