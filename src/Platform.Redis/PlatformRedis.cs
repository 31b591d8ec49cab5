using StackExchange.Redis;

namespace Platform.Redis;

/// <summary>
/// A connection to the platform's Redis or Garnet, made when it is first needed. It comes back by itself. Thread-safe.
/// </summary>
/// <param name="connection">StackExchange.Redis' connection string; null when there is none, in tests without a server.</param>
/// <param name="name">What the connection is called on the server.</param>
/// <param name="backlog">Whether what is asked while the connection is away waits for it, as long as the client's timeout.</param>
public sealed class PlatformRedis(string? connection, string name, BacklogPolicy? backlog = null) : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;

    /// <summary>The connection.</summary>
    /// <exception cref="RedisException">The server can't be reached, or there is none.</exception>
    public async ValueTask<ConnectionMultiplexer> ConnectAsync()
    {
        if (Volatile.Read(ref _multiplexer) is { } connected)
        {
            return connected;
        }

        await _connecting.WaitAsync();
        try
        {
            if (_multiplexer is null)
            {
                var options = ConfigurationOptions.Parse(connection ?? throw new RedisException("this process has no ConnectionStrings:Redis"));
                options.ClientName = name;
                options.BacklogPolicy = backlog ?? BacklogPolicy.Default;

                // A failure would name the key, which is an app's.
                options.IncludeDetailInExceptions = false;
                Volatile.Write(ref _multiplexer, await ConnectionMultiplexer.ConnectAsync(options));
            }

            return _multiplexer;
        }
        finally
        {
            _connecting.Release();
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
}
