using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>
/// The request's body, held to a limit. The server's own limit counts what is on the wire, chunk framing and all; a tenant's limit means the body, so that it is
/// counted here.
/// </summary>
internal sealed class LimitedBodyReader(PipeReader inner, long limit) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _consumed;

    /// <summary>Bytes of the body that were read.</summary>
    public long Consumed => _consumed;

    /// <summary>The status for what the server found wrong with it while it was read: framing that is none, or a client that is too slow.</summary>
    public int? Fault { get; private set; }

    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!inner.TryRead(out result))
            {
                return false;
            }
        }
        catch (IOException e)
        {
            Fault = StatusOf(e);
            throw;
        }

        Count(result);
        return true;
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await inner.ReadAsync(cancellationToken);
            Count(result);
            return result;
        }
        catch (IOException e)
        {
            Fault = StatusOf(e);
            throw;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _consumed += _buffer.Slice(0, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        try
        {
            inner.CancelPendingRead();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client reset the stream (HTTP/2) or the server has ended the request: a read that waits ends by itself.
        }
    }

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    // A chunk's size that is no number at all isn't a bad request to the server, only something that can't be read.
    private static int StatusOf(IOException failure) => (failure as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;

    private void Count(ReadResult result)
    {
        _buffer = result.Buffer;
        if (_consumed + _buffer.Length > limit)
        {
            AdvanceTo(_buffer.Start);
            throw new RequestBodyLimitException(limit);
        }
    }
}
