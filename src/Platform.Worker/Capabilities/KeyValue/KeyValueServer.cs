using Microsoft.Extensions.Logging;
using Platform.Runtime.Sandboxes;
using StackExchange.Redis;

namespace Platform.Worker.Capabilities.KeyValue;

/// <summary>
/// The Redis or Garnet that holds tenants' key-value data, connected to when it is first needed. The connection comes back by itself; what is asked meanwhile fails.
/// </summary>
/// <param name="connection">StackExchange.Redis' connection string; null when there is none, in tests without a server.</param>
/// <param name="appBytes">Bytes of keys and values that one app may keep.</param>
/// <param name="logger">The log.</param>
internal sealed partial class KeyValueServer(string? connection, long appBytes, ILogger<KeyValueServer> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;

    /// <summary>A store; it is there as soon as something is put into it.</summary>
    public IKeyValueStore Open(long app, string label) => new KeyValueStore(this, app, label, appBytes);

    /// <summary>Runs an operation.</summary>
    /// <exception cref="CapabilityException">The server can't be reached or refuses it.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation)
    {
        try
        {
            return await operation(await ConnectAsync());
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
    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is { } multiplexer)
        {
            await multiplexer.DisposeAsync();
        }

        _connecting.Dispose();
    }

    private async ValueTask<IDatabase> ConnectAsync()
    {
        if (Volatile.Read(ref _multiplexer) is { } connected)
        {
            return connected.GetDatabase();
        }

        await _connecting.WaitAsync();
        try
        {
            if (_multiplexer is null)
            {
                var options = ConfigurationOptions.Parse(connection ?? throw new CapabilityException("this node has no key-value server"));
                options.ClientName = "platform-key-value";
                options.BacklogPolicy = BacklogPolicy.FailFast;
                Volatile.Write(ref _multiplexer, await ConnectionMultiplexer.ConnectAsync(options));
            }

            return _multiplexer.GetDatabase();
        }
        finally
        {
            _connecting.Release();
        }
    }

    [LoggerMessage(3141, LogLevel.Error, "The key-value server failed an operation: {Reason}. Guests get an error; see to ConnectionStrings:Redis and that server")]
    private partial void LogFailed(string reason);
}
