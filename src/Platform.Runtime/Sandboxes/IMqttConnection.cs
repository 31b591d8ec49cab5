namespace Platform.Runtime.Sandboxes;

/// <summary>A connection to an MQTT broker of the tenant's (<c>fermyon:spin/mqtt@2.0.0</c>).</summary>
public interface IMqttConnection : IDisposable
{
    /// <summary>Connects.</summary>
    /// <exception cref="CapabilityException">No connection.</exception>
    Task OpenAsync();

    /// <summary>Publishes a message; ends once the broker has it, as the quality of service says.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The message.</param>
    /// <param name="quality">0 at most once, 1 at least once, 2 exactly once (MQTT 3.1.1, 4.3).</param>
    /// <exception cref="CapabilityException">It wasn't published.</exception>
    Task PublishAsync(string topic, byte[] payload, int quality);
}
