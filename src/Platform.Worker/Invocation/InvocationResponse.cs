using System.Buffers;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>
/// Between the guest thread, which fills a buffer, and the request's asynchronous side, which sends: the guest fills one buffer while the other is on its way,
/// so at most two of <see cref="Capacity"/> are held a request. Nothing is sent until the guest has ended, waits after writing, or filled the buffer, so that
/// a small response goes out whole, in one write, with its length. Pooled.
/// </summary>
internal sealed class InvocationResponse(AsyncSignal signal) : ISandboxResponse
{
    /// <summary>Bytes that the guest may be ahead of what is being sent.</summary>
    internal const int Capacity = 128 << 10;

    private const int FirstSize = 4 << 10;
    private const int KeptSize = 16 << 10;

    private readonly Lock _gate = new();
    private readonly List<HeaderField> _headers = [];
    private readonly List<HeaderField> _trailers = [];
    private byte[] _fill = [];
    private int _filled;
    private bool _isGone;
    private bool _wantsSending;
    private bool _isFlushed;
    private bool _wasSwept;
    private Action? _onWritable;

    /// <summary>Whether body bytes are only counted: HEAD, 204, 304.</summary>
    public bool DiscardsBody { get; private set; }

    /// <summary>The response to a HEAD request.</summary>
    public bool IsHead { get; set; }

    /// <summary>Whether <see cref="Start"/> was called.</summary>
    public bool HasHead { get; private set; }

    /// <summary>Whether the guest ended the body.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The status, once <see cref="HasHead"/>.</summary>
    public int Status { get; private set; }

    /// <summary>Body bytes the guest wrote in all.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>The header fields; read by the sender once <see cref="HasHead"/>.</summary>
    public IReadOnlyList<HeaderField> Headers => _headers;

    /// <summary>The trailer fields; read by the sender once <see cref="IsComplete"/>.</summary>
    public IReadOnlyList<HeaderField> Trailers => _trailers;

    private bool HasPending => HasHead && !_wantsSending && (_filled > 0 || _isFlushed);

    public int WritableBytes
    {
        get
        {
            lock (_gate)
            {
                return _isGone ? Capacity : Capacity - _filled;
            }
        }
    }

    public void Start(int status, IReadOnlyList<HeaderField> headers)
    {
        lock (_gate)
        {
            Status = status;
            DiscardsBody = IsHead || status is 204 or 304;
            for (var i = 0; i < headers.Count; i++)
            {
                _headers.Add(headers[i]);
            }

            HasHead = true;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            BodyBytes += bytes.Length;
            if (_isGone || DiscardsBody)
            {
                return;
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Capacity - _filled);
            MakeRoom(_filled + bytes.Length);
            bytes.CopyTo(_fill.AsSpan(_filled));
            _filled += bytes.Length;
            if (_filled < Capacity)
            {
                return;
            }

            _wantsSending = true;
        }

        signal.Signal();
    }

    public void Flush()
    {
        // Taken as a wish: sent when the guest next waits, or by the sweep; most guests flush right before they end.
        lock (_gate)
        {
            _isFlushed = true;
        }
    }

    public void OnWritable(Action callback)
    {
        lock (_gate)
        {
            if (!_isGone && _filled == Capacity)
            {
                _onWritable = callback;
                _wantsSending = true;
                callback = null!;
            }
        }

        if (callback is null)
        {
            signal.Signal();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static run => run(), callback, preferLocal: false);
        }
    }

    public void Complete(IReadOnlyList<HeaderField> trailers)
    {
        lock (_gate)
        {
            for (var i = 0; i < trailers.Count; i++)
            {
                _trailers.Add(trailers[i]);
            }

            IsComplete = true;
        }
    }

    /// <summary>The guest is about to wait: what it wrote is sent on.</summary>
    public void SendPending() => SendPending(isSwept: false);

    /// <summary>
    /// Called now and then while the guest runs: what it wrote is sent on from the second time on that something is there. By the first alone one that is about to end would have its response torn, if
    /// it wrote just before.
    /// </summary>
    public void Sweep() => SendPending(isSwept: true);

    /// <summary>
    /// For the sender: takes what was written, leaving <paramref name="spare"/> to be filled next. False when there's nothing to be sent now;
    /// with <paramref name="all"/> also what nobody asked to be sent yet.
    /// </summary>
    public bool TryTake(bool all, ref byte[] spare, out int count)
    {
        Action? onWritable;
        lock (_gate)
        {
            count = _filled;
            if (!_wantsSending && !(all && count > 0))
            {
                return false;
            }

            _wantsSending = false;
            (_fill, spare) = (spare, _fill);
            _filled = 0;
            onWritable = _onWritable;
            _onWritable = null;
        }

        onWritable?.Invoke();
        return true;
    }

    /// <summary>The client is gone, or nothing more will be sent: what the guest still writes is dropped.</summary>
    public void Abandon()
    {
        Action? onWritable;
        lock (_gate)
        {
            _isGone = true;
            _filled = 0;
            onWritable = _onWritable;
            _onWritable = null;
        }

        onWritable?.Invoke();
    }

    /// <summary>Ready for the next request; only when the guest has ended.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _headers.Clear();
            _trailers.Clear();
            _filled = 0;
            _isGone = _wantsSending = _isFlushed = _wasSwept = false;
            _onWritable = null;
            DiscardsBody = IsHead = HasHead = IsComplete = false;
            Status = 0;
            BodyBytes = 0;
            if (_fill.Length > KeptSize)
            {
                ArrayPool<byte>.Shared.Return(_fill);
                _fill = [];
            }
        }
    }

    private void SendPending(bool isSwept)
    {
        lock (_gate)
        {
            if (!HasPending)
            {
                return;
            }

            if (isSwept && !_wasSwept)
            {
                _wasSwept = true;
                return;
            }

            _wantsSending = true;
            _isFlushed = false;
        }

        signal.Signal();
    }

    private void MakeRoom(int size)
    {
        if (size <= _fill.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Min(Capacity, size * 2)));
        _fill.AsSpan(0, _filled).CopyTo(larger);
        if (_fill.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_fill);
        }

        _fill = larger;
    }
}
