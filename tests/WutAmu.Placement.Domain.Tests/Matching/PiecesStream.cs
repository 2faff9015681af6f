namespace WutAmu.Placement.Domain.Tests.Matching;

/// <summary>Gives at most so many bytes at a time, as a slow pipe does.</summary>
internal sealed class PiecesStream(byte[] bytes, int mostAtOnce) : MemoryStream(bytes)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, mostAtOnce)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, mostAtOnce));
}
