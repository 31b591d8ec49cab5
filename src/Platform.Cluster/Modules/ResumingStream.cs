namespace Platform.Cluster.Modules;

/// <summary>Reads on where a transfer broke off. Whoever reads it checks the hash.</summary>
/// <param name="first">The transfer from the beginning.</param>
/// <param name="reopenAsync">Begins another from a byte on; null when there is no such thing any more.</param>
internal sealed class ResumingStream(Stream first, Func<long, CancellationToken, Task<Stream?>> reopenAsync) : Stream
{
    /// <summary>Transfers in a row that may break off without a byte having come.</summary>
    private const int MaxFruitless = 3;

    private Stream _current = first;
    private long _position;
    private int _fruitless;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var read = await _current.ReadAsync(buffer, cancellationToken);
                _position += read;
                _fruitless = read > 0 ? 0 : _fruitless;
                return read;
            }
            catch (Exception e) when (e is IOException or HttpRequestException && ++_fruitless <= MaxFruitless)
            {
                await _current.DisposeAsync();
                _current = await reopenAsync(_position, cancellationToken) ?? throw new IOException("It was removed while it was read.", e);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current.Dispose();
        }

        base.Dispose(disposing);
    }
}
