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
    private const int RemovedAtOnce = 500;

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

    /// <summary>Removes all stores of an app that no version runs any more, whatever they are called: everything under its number.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async Task RemoveAsync(long app, CancellationToken cancellationToken)
    {
        var multiplexer = await server.ConnectAsync();
        var database = multiplexer.GetDatabase();
        foreach (var node in multiplexer.GetServers())
        {
            if (!node.IsConnected || node.IsReplica)
            {
                continue;
            }

            // SCAN gives each key that is there all the while at least once; braces are no signs of its patterns.
            await foreach (var keys in node.KeysAsync(database.Database, KeyValueStore.PrefixOf(app) + "*", RemovedAtOnce).Chunk(RemovedAtOnce).WithCancellation(cancellationToken))
            {
                await database.KeyDeleteAsync(keys);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    [LoggerMessage(3141, LogLevel.Error, "The key-value server failed an operation: {Reason}. Guests get an error; see to ConnectionStrings:Redis and that server")]
    private partial void LogFailed(string reason);
}
