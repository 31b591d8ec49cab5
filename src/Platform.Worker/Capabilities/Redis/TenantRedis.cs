using StackExchange.Redis;

namespace Platform.Worker.Capabilities.Redis;

/// <summary>A client of a tenant's own Redis.</summary>
internal sealed class TenantRedis(ConnectionMultiplexer multiplexer, CheckedTunnel tunnel) : IAsyncDisposable
{
    /// <summary>The client.</summary>
    public ConnectionMultiplexer Multiplexer => multiplexer;

    /// <summary>Called once it is closed; null for nobody.</summary>
    public Action? Disposed { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await multiplexer.DisposeAsync();
        tunnel.Dispose();
        Disposed?.Invoke();
        Disposed = null;
    }
}
