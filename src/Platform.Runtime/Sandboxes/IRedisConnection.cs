namespace Platform.Runtime.Sandboxes;

/// <summary>A connection to a Redis server of the tenant's (<c>fermyon:spin/redis@2.0.0</c>).</summary>
public interface IRedisConnection : IDisposable
{
    /// <summary>Sends a command.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="arguments"><see cref="string"/>, <see cref="long"/> or an array of bytes.</param>
    /// <returns>Null for nil, a <see cref="RedisStatus"/>, a <see cref="long"/>, an array of bytes, or a list of these.</returns>
    /// <exception cref="CapabilityException">No connection, or the server's error.</exception>
    Task<object?> ExecuteAsync(string command, IReadOnlyList<object> arguments);
}
