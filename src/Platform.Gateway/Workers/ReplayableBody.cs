namespace Platform.Gateway.Workers;

/// <summary>A request's body that can be read again from the beginning while no more than 64 KiB of it were read.</summary>
internal sealed class ReplayableBody(Stream inner) : Stream
{
    private const int MaxKept = 64 << 10;

    private readonly MemoryStream _kept = new();
    private long _position;
    private bool _isTooLong;

    /// <summary>Whether <see cref="Restart"/> can be called.</summary>
    public bool CanReplay => !_isTooLong;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Reads from the beginning again.</summary>
    public void Restart() => _position = CanReplay ? 0 : throw new InvalidOperationException("More was read than was kept.");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isTooLong && _position < _kept.Length)
        {
            _kept.Position = _position;
            var again = _kept.Read(buffer.Span);
            _position += again;
            return again;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        _position += read;
        if (_position > MaxKept)
        {
            _isTooLong = true;
            _kept.SetLength(0);
        }
        else if (!_isTooLong)
        {
            _kept.Position = _kept.Length;
            _kept.Write(buffer.Span[..read]);
        }

        return read;
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
}
