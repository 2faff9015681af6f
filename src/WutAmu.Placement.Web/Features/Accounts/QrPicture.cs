using System.Globalization;
using System.Text;
using QRCoder;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>A QR code as SVG inside the page: no request, no script, no style that the page's policy would refuse. Dark on light in every theme, as readers want it.</summary>
internal static class QrPicture
{
    /// <param name="label">What it is, for those who do not see it; HTML-encoded here.</param>
    public static string Svg(string text, string label)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                if (!rows[y][x])
                {
                    continue;
                }

                var from = x;
                while (x + 1 < rows[y].Length && rows[y][x + 1])
                {
                    x++;
                }

                path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x + 1 - from}v1h-{x + 1 - from}z");
            }
        }

        var size = rows.Count.ToString(CultureInfo.InvariantCulture);
        return $"<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" width=\"240\" height=\"240\" role=\"img\" aria-label=\"{System.Net.WebUtility.HtmlEncode(label)}\" shape-rendering=\"crispEdges\"><rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>";
    }
}
