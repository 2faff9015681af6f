using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Fluid;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// Letters from the Liquid templates <c>Letters/NAME.LANGUAGE.liquid</c> next to their feature. First line: subject; then plain text with blank lines
/// between paragraphs and <c>- </c> lists. The HTML part says the same. A last paragraph is added to each: the campaign, where the model has <c>year</c> and
/// <c>master</c>, and how to answer. Values are words of people: each stays one line, so that none can make a paragraph, a list or a subject of its own.
/// </summary>
public sealed partial class LetterTemplates
{
    private static readonly FluidParser Parser = new();
    private readonly ConcurrentDictionary<string, IFluidTemplate> templates = new(StringComparer.Ordinal);
    private readonly TemplateOptions options = new() { MemberAccessStrategy = UnsafeMemberAccessStrategy.Instance };
    private readonly Texts texts;
    private readonly string serviceAddress;

    public LetterTemplates(Texts texts, IOptions<MailOptions> mail)
    {
        ArgumentNullException.ThrowIfNull(mail);
        this.texts = texts;
        serviceAddress = mail.Value.Address("");
        options.ValueConverters.Add(value => value is string text && !SingleLine.IsClean(text) ? SingleLine.Clean(text) : null);
    }

    /// <exception cref="InvalidOperationException">No such template, or it does not parse.</exception>
    public LetterText Render(string name, Language language, object model)
    {
        var template = templates.GetOrAdd($"{name}.{language.Tag()}", Load);
        var context = new TemplateContext(model, options) { CultureInfo = Culture.Of(language) };
        var text = Gap().Replace(template.Render(context, NullEncoder.Default).Replace("\r\n", "\n", StringComparison.Ordinal).Trim(), "\n\n");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidOperationException($"Template {name} has a subject and no text.");
        }

        var body = text[(end + 1)..].Trim() + "\n\n" + Foot(language, model);
        return new(text[..end].Trim(), body + "\n", Html(text[..end].Trim(), body, language));
    }

    private static IFluidTemplate Load(string name)
    {
        var assembly = typeof(LetterTemplates).Assembly;
        var resource = assembly.GetManifestResourceNames().SingleOrDefault(r => r.EndsWith($"Letters.{name}.liquid", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"There is no letter template {name}.");
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"Resource {resource} is missing."));
        return Parser.TryParse(reader.ReadToEnd(), out var template, out var error) ? template : throw new InvalidOperationException($"Letter template {name}: {error}");
    }

    private string Foot(Language language, object model) =>
        model is IReadOnlyDictionary<string, object?> values && values.TryGetValue("year", out var year) && values.TryGetValue("master", out var master)
            ? texts.Get(language, "letters.foot.campaign", texts.Get(language, master is true ? "Track.MasterInternship" : "Track.BachelorStudy"), year)
            : texts.Get(language, "letters.foot");

    private string Html(string subject, string body, Language language)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"").Append(language.Tag()).Append("\"><head><meta charset=\"utf-8\"><title>").Append(WebUtility.HtmlEncode(subject))
            .Append("</title></head><body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">");
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

    /// <summary>Only addresses of the service become links: a title or a name must not lead a reader of ours elsewhere.</summary>
    private string Line(string line)
    {
        var html = new StringBuilder();
        var from = 0;
        foreach (Match match in Address().Matches(line))
        {
            if (match.Value == serviceAddress || match.Value.StartsWith(serviceAddress + "/", StringComparison.Ordinal))
            {
                var address = WebUtility.HtmlEncode(match.Value);
                html.Append(WebUtility.HtmlEncode(line[from..match.Index])).Append("<a href=\"").Append(address).Append("\">").Append(address).Append("</a>");
                from = match.Index + match.Length;
            }
        }

        return html.Append(WebUtility.HtmlEncode(line[from..])).ToString();
    }

    [GeneratedRegex("https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]*[A-Za-z0-9/=_~-]")]
    private static partial Regex Address();

    /// <summary>What a condition that did not hold leaves behind.</summary>
    [GeneratedRegex("\n{3,}")]
    private static partial Regex Gap();
}
