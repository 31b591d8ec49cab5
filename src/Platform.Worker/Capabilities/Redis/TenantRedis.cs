using StackExchange.Redis;

namespace Platform.Worker.Capabilities.Redis;

/// <summary>A client of a tenant's own Redis.</summary>
internal sealed class TenantRedis(ConnectionMultiplexer multiplexer, CheckedTunnel tunnel) : IAsyncDisposable
{
    /// <summary>The client.</summary>
    public ConnectionMultiplexer Multiplexer => multiplexer;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await multiplexer.DisposeAsync();
        tunnel.Dispose();
    }
}
