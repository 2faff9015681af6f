using System.Text;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Cli;

/// <summary>Standard error where a message is one line, whatever ids it names: somebody's file must not write on the terminal of whoever checks it.</summary>
internal sealed class OneLineWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : SingleLine.Numbered(value));

    public override void Flush() => inner.Flush();
}
