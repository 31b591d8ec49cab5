using System.IO.Pipelines;
using System.Net;

namespace Platform.Worker.Outbound;

/// <summary>
/// The body that a guest writes, sent on as it comes: the client's own content of a stream would keep what is smaller than its buffer until the end.
/// </summary>
internal sealed class PipeContent : HttpContent
{
    private readonly PipeReader _reader;
    private readonly long? _length;
    private readonly OutboundBytes? _bytes;

    /// <summary>Takes the guest's side.</summary>
    /// <param name="reader">What the guest writes.</param>
    /// <param name="length">How much that will be; null when it isn't known.</param>
    /// <param name="bytes">Counts what is sent; null: nothing does.</param>
    public PipeContent(PipeReader reader, long? length, OutboundBytes? bytes)
    {
        _bytes = bytes;
        _reader = reader;
        _length = length;
        Headers.ContentLength = length;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await stream.WriteAsync(segment, cancellationToken);
                _bytes?.AddSent(segment.Length);
            }

            _reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length ?? 0;
        return _length is not null;
    }

    // The guest's side then drops what it still writes.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.Complete();
        }

        base.Dispose(disposing);
    }
}
