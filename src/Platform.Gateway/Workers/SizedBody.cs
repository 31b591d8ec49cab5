namespace Platform.Gateway.Workers;

/// <summary>
/// The body of a response over HTTP/2 whose length was said: with its last byte it is whole (RFC 9110 section 8.6), also when the process behind is lost before it has ended the stream. The forwarder would break off what the client has
/// wholly.
/// </summary>
internal sealed class SizedBody : Stream
{
    private readonly Stream _inner;
    private long _left;

    private SizedBody(Stream inner, long length)
    {
        _inner = inner;
        _left = length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts it in place of a response's content, whose stream wasn't asked for yet.</summary>
    public static void Wrap(HttpResponseMessage response, long length) => response.Content = new Content(response.Content, length);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            // Read on after the last byte: the end of the stream says that the request has ended well.
            var count = await _inner.ReadAsync(buffer, cancellationToken);
            _left -= count;
            return count;
        }
        catch (IOException e) when (_left == 0 && !WorkerForwarder.IsReset(e))
        {
            return 0;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Content(HttpContent inner, long length) : HttpContent
    {
        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => new SizedBody(await inner.ReadAsStreamAsync(cancellationToken), length);

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => inner.CopyToAsync(stream, context);

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
