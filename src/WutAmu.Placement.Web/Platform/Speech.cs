using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Platform;

/// <summary>
/// The language of this request, and texts in it: what the person signed in chose, else what was chosen in this browser, else the language a roster gives the person, else what the
/// browser likes best, else English.
/// </summary>
public sealed partial class Speech(IHttpContextAccessor accessor, Texts texts)
{
    public const string Cookie = "language";

    /// <summary>Of a person who chose none.</summary>
    public const string Claim = "language";

    public const string ChosenClaim = "language-chosen";

    private Language? language;

    public Language Language => language ??= Find();

    public string this[string key, params ReadOnlySpan<object?> arguments] => texts.Get(Language, key, arguments);

    /// <summary>The sentence of a problem; its code is the key, with the prefix <c>problem.</c></summary>
    public string Of(Problem problem) => texts.Get(Language, "problem." + problem.Code, [.. problem.Arguments.Select(argument => argument is Enum state ? Of(state) : argument)]);

    public string Of(Enum value) => texts.Get(Language, $"{value.GetType().Name}.{value}");

    /// <summary>A text of the domain in the reader's language where given.</summary>
    public string Of(LocalizedText text) => text.In(Language).Text;

    /// <summary>A text in which no academic year and no WUT-AMU is broken: browsers would, at the hyphen.</summary>
    public IHtmlContent Whole(string text)
    {
        var content = new HtmlContentBuilder();
        var from = 0;
        foreach (var part in Unbroken().EnumerateMatches(text))
        {
            content.Append(text[from..part.Index]).AppendHtml("<span class=\"whole\">").Append(text.Substring(part.Index, part.Length)).AppendHtml("</span>");
            from = part.Index + part.Length;
        }

        return content.Append(text[from..]);
    }

    /// <summary>What parts two sentences, or a label and its value, on one line: Chinese punctuation holds its own space.</summary>
    public string Gap => Language == Language.SimplifiedChinese ? "" : " ";

    /// <summary>A person's name with its Latin form, as the reader's language brackets it.</summary>
    public string Name(string name, string? latin) =>
        string.IsNullOrEmpty(latin) || latin == name ? name : Language == Language.SimplifiedChinese ? $"{name}（{latin}）" : $"{name} ({latin})";

    /// <summary>The alphabetical order of the reader's language; for Chinese by pinyin.</summary>
    public StringComparer Order => StringComparer.Create(Culture.Of(Language), ignoreCase: false);

    /// <summary>What a person is looked for by in a list in <see cref="Order"/>: 汉字 by readers of Chinese, else the Latin form.</summary>
    public string SortedBy(string name, string? latin) => Language == Language.SimplifiedChinese || string.IsNullOrEmpty(latin) ? name : latin;

    [GeneratedRegex(@"\d{4}-\d{4}|WUT-AMU")]
    private static partial Regex Unbroken();

    private Language Find()
    {
        var context = accessor.HttpContext;
        if (Languages.TryParse(context?.User.FindFirstValue(ChosenClaim), out var chosen) || Languages.TryParse(context?.Request.Cookies[Cookie], out chosen) || Languages.TryParse(context?.User.FindFirstValue(Claim), out chosen))
        {
            return chosen;
        }

        var liked = context?.Request.GetTypedHeaders().AcceptLanguage ?? [];
        foreach (var tag in liked.OrderByDescending(tag => tag.Quality ?? 1))
        {
            if (tag.Quality != 0 && Languages.TryParse(tag.Value.Value, out var found))
            {
                return found;
            }
        }

        return Language.English;
    }
}
