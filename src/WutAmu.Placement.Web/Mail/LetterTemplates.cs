using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Fluid;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// Letters from the Liquid templates <c>Letters/NAME.LANGUAGE.liquid</c> next to their feature. First line: subject; then plain text with blank lines
/// between paragraphs and <c>- </c> lists. The HTML part says the same.
/// </summary>
public sealed class LetterTemplates
{
    private static readonly FluidParser Parser = new();
    private readonly ConcurrentDictionary<string, IFluidTemplate> templates = new(StringComparer.Ordinal);
    private readonly TemplateOptions options = new() { MemberAccessStrategy = UnsafeMemberAccessStrategy.Instance };

    /// <exception cref="InvalidOperationException">No such template, or it does not parse.</exception>
    public LetterText Render(string name, Language language, object model)
    {
        var template = templates.GetOrAdd($"{name}.{language.Tag()}", Load);
        var context = new TemplateContext(model, options) { CultureInfo = Platform.Culture.Of(language) };
        var text = template.Render(context, NullEncoder.Default).Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidOperationException($"Template {name} has a subject and no text.");
        }

        var body = text[(end + 1)..].Trim();
        return new(text[..end].Trim(), body + "\n", Html(body, language));
    }

    private static IFluidTemplate Load(string name)
    {
        var assembly = typeof(LetterTemplates).Assembly;
        var resource = assembly.GetManifestResourceNames().SingleOrDefault(r => r.EndsWith($"Letters.{name}.liquid", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"There is no letter template {name}.");
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"Resource {resource} is missing."));
        return Parser.TryParse(reader.ReadToEnd(), out var template, out var error) ? template : throw new InvalidOperationException($"Letter template {name}: {error}");
    }

    private static string Html(string body, Language language)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"").Append(language.Tag()).Append("\"><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">");
        foreach (var paragraph in body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = paragraph.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.All(line => line.StartsWith("- ", StringComparison.Ordinal)))
            {
                html.Append("<ul>").AppendJoin("", lines.Select(line => $"<li>{Line(line[2..])}</li>")).Append("</ul>");
            }
            else
            {
                html.Append("<p>").AppendJoin("<br>", lines.Select(Line)).Append("</p>");
            }
        }

        return html.Append("</body></html>\n").ToString();
    }

    private static string Line(string line)
    {
        var words = line.Split(' ').Select(word =>
            Uri.TryCreate(word, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
                ? $"<a href=\"{WebUtility.HtmlEncode(word)}\">{WebUtility.HtmlEncode(word)}</a>"
                : WebUtility.HtmlEncode(word));
        return string.Join(' ', words);
    }
}
