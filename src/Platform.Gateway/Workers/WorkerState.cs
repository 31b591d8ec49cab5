using Platform.Contracts.Nodes;

namespace Platform.Gateway.Workers;

/// <summary>What this gateway has seen of a worker. Thread-safe.</summary>
internal sealed class WorkerState(WorkerInfo info)
{
    /// <summary>Failures in a row that count a worker out though it can be connected to.</summary>
    private const int MaxFailures = 3;

    private int _inFlight;
    private int _failures;
    private volatile bool _isOut;
    private volatile bool _isDraining;

    /// <summary>What is known of it.</summary>
    public WorkerInfo Info { get; } = info;

    /// <summary>Its listener, as a prefix.</summary>
    public string Prefix { get; } = info.Url.ToString();

    /// <summary>Requests of this gateway that it runs.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>It doesn't answer, or fails again and again: it is asked only when no other is left, until it answers the probe.</summary>
    public bool IsOut => _isOut;

    /// <summary>It takes no new requests.</summary>
    public bool IsDraining => _isDraining || Info.IsDraining;

    /// <summary>Something has come from it since the last probe.</summary>
    public bool HasAnswered { get; private set; }

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>It answered.</summary>
    public void Answered()
    {
        HasAnswered = true;
        if (Volatile.Read(ref _failures) != 0)
        {
            Volatile.Write(ref _failures, 0);
        }
    }

    /// <summary>It couldn't be connected to.</summary>
    public void Unreachable() => _isOut = true;

    /// <summary>It was lost with a request. True when that counts it out.</summary>
    public bool Failed()
    {
        if (Interlocked.Increment(ref _failures) < MaxFailures)
        {
            return false;
        }

        _isOut = true;
        return true;
    }

    /// <summary>It said that it takes no more.</summary>
    public void Drains() => _isDraining = true;

    /// <summary>Begins a new turn: what came before it says nothing of what comes.</summary>
    public void ForgetAnswer() => HasAnswered = false;

    /// <summary>What the probe found.</summary>
    public void Probed(bool answers)
    {
        _isOut = !answers;
        if (answers)
        {
            Volatile.Write(ref _failures, 0);
        }
    }
}
