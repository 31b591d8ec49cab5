using System.IO.Pipelines;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The body of an outgoing request on its way from the guest thread to who sends it. What is written after the other side has gone is dropped.</summary>
internal sealed class OutboundBody : IBodyTarget
{
    /// <summary>Bytes that the guest may be ahead of what is being sent, and what one write may add to them.</summary>
    public const int WindowBytes = 64 << 10;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: WindowBytes, resumeWriterThreshold: WindowBytes / 2, useSynchronizationContext: false));
    private Task<FlushResult>? _flush;
    private bool _isGone;
    private bool _isEnded;

    /// <summary>Where the sender reads.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <inheritdoc/>
    public int WritableBytes => _flush is { IsCompleted: false } ? 0 : WindowBytes;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _isGone = _isGone || _flush is { IsCompletedSuccessfully: true, Result.IsCompleted: true };
        if (_isGone || _isEnded)
        {
            return;
        }

        bytes.CopyTo(_pipe.Writer.GetSpan(bytes.Length));
        _pipe.Writer.Advance(bytes.Length);
        _flush = _pipe.Writer.FlushAsync().AsTask();
    }

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public void OnWritable(Action callback)
    {
        if (_flush is { IsCompleted: false } flush)
        {
            flush.GetAwaiter().UnsafeOnCompleted(callback);
        }
        else
        {
            callback();
        }
    }

    /// <inheritdoc/>
    /// <remarks>HTTP/1.1 and .NET's client have no trailers of a request: they are left out.</remarks>
    public void Complete(IReadOnlyList<HeaderField> trailers) => End(null);

    /// <summary>The body will not be whole: the request breaks off.</summary>
    public void Abort() => End(new OutboundException(HttpErrorCode.HttpRequestBodySize));

    private void End(Exception? reason)
    {
        if (!_isEnded)
        {
            _isEnded = true;
            _pipe.Writer.Complete(reason);
        }
    }
}
