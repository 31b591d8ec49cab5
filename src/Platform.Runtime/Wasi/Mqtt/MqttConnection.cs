using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Mqtt;

/// <summary>The resource <c>connection</c> of <c>fermyon:spin/mqtt</c>. Closed with the request at the latest.</summary>
internal sealed class MqttConnection(IMqttConnection connection) : Resource
{
    /// <summary>The connection.</summary>
    public IMqttConnection Connection { get; } = connection;

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context) => context.Release(Connection);
}
