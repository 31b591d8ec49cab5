namespace Platform.Worker.Outbound;

/// <summary>Bytes of bodies that a guest request's outgoing requests sent and got; it outlives the request with those that do. Thread-safe.</summary>
internal sealed class OutboundBytes
{
    private long _sent;
    private long _received;

    public long Sent => Volatile.Read(ref _sent);

    public long Received => Volatile.Read(ref _received);

    public void AddSent(long bytes) => Interlocked.Add(ref _sent, bytes);

    public void AddReceived(long bytes) => Interlocked.Add(ref _received, bytes);
}
