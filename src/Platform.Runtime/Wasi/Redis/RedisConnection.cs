using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Redis;

/// <summary>The resource <c>connection</c> of <c>fermyon:spin/redis</c>. Closed with the request at the latest.</summary>
internal sealed class RedisConnection(IRedisConnection connection) : Resource
{
    /// <summary>The connection.</summary>
    public IRedisConnection Connection { get; } = connection;

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context) => context.Release(Connection);
}
