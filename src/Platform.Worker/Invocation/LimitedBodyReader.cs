using System.Buffers;
using System.IO.Pipelines;
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

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        Count(result);
        return true;
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        Count(result);
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _consumed += _buffer.Slice(0, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

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
