using System.Buffers;
using System.IO.Pipelines;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Http;

namespace Platform.Runtime.Wasi.Io;

/// <summary>
/// A body that comes in as a stream: the client's request, or the response to an outgoing one. Reads what is there without waiting; a pending read wakes the guest thread. At most one read of the
/// pipe is under way, and <see cref="Close"/> leaves none behind, since the server uses the pipe again.
/// </summary>
internal sealed class PipeInputStream(PipeReader reader) : InputStream
{
    private ReadResult _result;
    private bool _hasResult;
    private Task<ReadResult>? _pending;
    private bool _ended;
    private bool _failed;
    private HttpErrorCode? _error;

    /// <summary>Whether it was read to its end.</summary>
    public bool HasEnded => _ended;

    /// <inheritdoc/>
    public override IoError Failure => _error is { } code ? new IoError(ErrorCodes.Name((uint)code)) { Http = code } : base.Failure;

    /// <inheritdoc/>
    public override StreamState Peek(RequestContext context, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_failed)
        {
            return StreamState.Failed;
        }

        if (_ended)
        {
            return StreamState.Closed;
        }

        if (!_hasResult && !TryRead())
        {
            return _failed ? StreamState.Failed : StreamState.Pending;
        }

        bytes = FirstBytes(_result.Buffer);
        if (bytes.IsEmpty)
        {
            var completed = _result.IsCompleted;
            Release();
            _ended = completed;
            return completed ? StreamState.Closed : StreamState.Pending;
        }

        return StreamState.Ready;
    }

    /// <inheritdoc/>
    public override void Advance(int count)
    {
        if (count == 0)
        {
            return;
        }

        var rest = _result.Buffer.Slice(count);
        if (rest.IsEmpty)
        {
            _ended = _result.IsCompleted;
            reader.AdvanceTo(rest.Start);
            _hasResult = false;
        }
        else
        {
            _result = new ReadResult(rest, isCanceled: false, _result.IsCompleted);
        }
    }

    /// <inheritdoc/>
    public override void Arm(RequestContext context)
    {
        if (_hasResult || _ended || _failed)
        {
            context.Wake();
            return;
        }

        if (_pending is null)
        {
            _pending = reader.ReadAsync(CancellationToken.None).AsTask();
        }

        var wake = context.Wake;
        _pending.GetAwaiter().UnsafeOnCompleted(wake);
    }

    /// <summary>The request is over: nothing of the pipe is held any more.</summary>
    public void Close()
    {
        if (_pending is { } pending)
        {
            reader.CancelPendingRead();
            ((IAsyncResult)pending).AsyncWaitHandle.WaitOne();
            TryRead();
        }

        if (_hasResult)
        {
            Release();
        }
    }

    // A slice that starts at the end of a segment has an empty first span.
    private static ReadOnlySpan<byte> FirstBytes(ReadOnlySequence<byte> buffer)
    {
        foreach (var segment in buffer)
        {
            if (!segment.IsEmpty)
            {
                return segment.Span;
            }
        }

        return default;
    }

    private void Release()
    {
        reader.AdvanceTo(_result.Buffer.Start, _result.Buffer.Start);
        _hasResult = false;
    }

    private bool TryRead()
    {
        try
        {
            if (_pending is { } pending)
            {
                if (!pending.IsCompleted)
                {
                    return false;
                }

                _pending = null;
                _result = pending.GetAwaiter().GetResult();
                _hasResult = true;
            }
            else
            {
                _hasResult = reader.TryRead(out _result);
            }
        }
        catch (RequestBodyLimitException exception)
        {
            _failed = true;
            throw new GuestStopException(SandboxOutcome.RequestBody, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The other side broke off or sent a malformed body: the guest gets the interface's error.
            _failed = true;
            _error = (exception as OutboundException)?.Code;
        }

        return _hasResult;
    }
}
