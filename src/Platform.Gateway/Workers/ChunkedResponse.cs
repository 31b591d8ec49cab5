using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Http;

namespace Platform.Gateway.Workers;

/// <summary>A response over HTTP/1.1 that has trailers: see <see cref="ChunkedCoding"/>.</summary>
internal sealed class ChunkedResponse : Stream
{
    private readonly PipeWriter _writer;

    private ChunkedResponse(PipeWriter writer) => _writer = writer;

    /// <summary>Takes a response over whose trailers are declared; before its head goes out.</summary>
    public static ChunkedResponse Begin(HttpContext context)
    {
        context.Response.Headers.TransferEncoding = "chunked";
        var response = new ChunkedResponse(context.Response.BodyWriter);
        context.Response.Body = response;
        return response;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the body.</summary>
    public async Task EndAsync(IEnumerable<KeyValuePair<string, string>> trailers, CancellationToken cancellationToken)
    {
        ChunkedCoding.WriteEnd(_writer, trailers);
        await _writer.FlushAsync(cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ChunkedCoding.Write(_writer, buffer.Span);
        await _writer.FlushAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _writer.FlushAsync(cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException("It is written asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
