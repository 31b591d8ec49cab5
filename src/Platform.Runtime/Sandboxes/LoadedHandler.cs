namespace Platform.Runtime.Sandboxes;

/// <summary>A handler ready to run. Dispose only when no run of it is under way.</summary>
public sealed class LoadedHandler : IDisposable
{
    internal LoadedHandler(HandlerKind kind, long bytes)
    {
        Kind = kind;
        Bytes = bytes;
    }

    /// <summary>What kind of handler it is.</summary>
    public HandlerKind Kind { get; }

    /// <summary>Bytes of compiled code it keeps mapped.</summary>
    public long Bytes { get; }

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
