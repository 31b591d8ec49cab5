using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Requests;

/// <summary>The host calls of one request that took time, the first of them. Pooled with its invocation; costs nothing where there are none.</summary>
internal sealed class HostCalls(TimeProvider time) : ISandboxTrace
{
    /// <summary>Calls that are kept of one request; others are counted.</summary>
    internal const int Most = 64;

    // Outgoing requests end on other threads.
    private readonly Lock _gate = new();
    private HostCall[] _calls = [];
    private int _count;
    private int _request;

    /// <summary>Calls beyond the most.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Begins a request; what the one before began may still end, and is ignored then.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _request++;
            _count = 0;
            LeftOut = 0;
        }
    }

    long ISandboxTrace.Waits() => time.GetTimestamp();

    void ISandboxTrace.Waited(string hostFunction, long began, bool isFailed)
    {
        lock (_gate)
        {
            Add(new HostCall { Name = hostFunction, Began = began, Ended = time.GetTimestamp(), IsFailed = isFailed });
        }
    }

    /// <summary>Begins an outgoing request.</summary>
    public HostCallNumber BeginHttp(string method, Uri? server)
    {
        lock (_gate)
        {
            return new HostCallNumber(Add(new HostCall { Name = method, Began = time.GetTimestamp(), Server = server }), _request);
        }
    }

    /// <summary>Ends one, with the status that it was answered, or 0 when it failed.</summary>
    public void EndHttp(HostCallNumber number, int status)
    {
        lock (_gate)
        {
            if (number.Index >= 0 && number.Request == _request)
            {
                ref var call = ref _calls[number.Index];
                call.Ended = time.GetTimestamp();
                call.Status = status;
                call.IsFailed = status == 0;
            }
        }
    }

    /// <summary>A copy of what there is; what hasn't ended ends now.</summary>
    public HostCall[] ToArray()
    {
        lock (_gate)
        {
            var calls = _calls.AsSpan(0, _count).ToArray();
            foreach (ref var call in calls.AsSpan())
            {
                call.Ended = call.Ended == 0 ? time.GetTimestamp() : call.Ended;
            }

            return calls;
        }
    }

    private int Add(in HostCall call)
    {
        if (_count == Most)
        {
            LeftOut++;
            return -1;
        }

        if (_count == _calls.Length)
        {
            Array.Resize(ref _calls, Math.Clamp(_count * 2, 4, Most));
        }

        _calls[_count] = call;
        return _count++;
    }
}
