using Microsoft.Extensions.Logging;
using Platform.Redis;
using Platform.Runtime.Sandboxes;
using StackExchange.Redis;

namespace Platform.Worker.Capabilities.KeyValue;

/// <summary>
/// The Redis or Garnet that holds tenants' key-value data.
/// </summary>
/// <param name="server">The connection, which is this one's.</param>
/// <param name="appBytes">Bytes of keys and values that one app may keep.</param>
/// <param name="logger">The log.</param>
internal sealed partial class KeyValueServer(PlatformRedis server, long appBytes, ILogger<KeyValueServer> logger) : IAsyncDisposable
{
    /// <summary>A store; it is there as soon as something is put into it.</summary>
    public IKeyValueStore Open(long app, string label) => new KeyValueStore(this, app, label, appBytes);

    /// <summary>Runs an operation.</summary>
    /// <exception cref="CapabilityException">The server can't be reached or refuses it.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation)
    {
        try
        {
            return await operation((await server.ConnectAsync()).GetDatabase());
        }
        catch (RedisServerException refused) when (refused.Message.Contains("integer", StringComparison.Ordinal) || refused.Message.Contains("overflow", StringComparison.Ordinal))
        {
            throw new CapabilityException("the value is not a decimal number of 64 bits, or would be none with the sum", refused);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            LogFailed(failure.Message);
            throw new CapabilityException("the key-value store can't be reached now; try again", failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    [LoggerMessage(3141, LogLevel.Error, "The key-value server failed an operation: {Reason}. Guests get an error; see to ConnectionStrings:Redis and that server")]
    private partial void LogFailed(string reason);
}
