namespace Platform.Data.Tests.Blobs;

/// <summary>Gives content in odd pieces, as a network does; may fail where it would end.</summary>
internal sealed class TrickleStream(byte[] content, bool failsAtEnd = false) : MemoryStream(content)
{
    private const int Piece = 70_001;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        failsAtEnd && Position == Length
            ? throw new IOException("The connection was reset.")
            : base.ReadAsync(buffer[..Math.Min(buffer.Length, Piece)], cancellationToken);
}
