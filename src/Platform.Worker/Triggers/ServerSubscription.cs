using Platform.Redis.Messages;
using Platform.Worker.Capabilities.Redis;
using StackExchange.Redis;

namespace Platform.Worker.Triggers;

/// <summary>
/// The channels of one server that an app is subscribed to. A server that can't be reached is tried again; a connection that was there comes back by itself, with its
/// channels.
/// </summary>
internal sealed class ServerSubscription : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);

    private readonly Func<Task<(ConnectionMultiplexer Client, IAsyncDisposable? Own)>> _connect;
    private readonly Action<string, ReadOnlyMemory<byte>> _received;
    private readonly Action _changed;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly Task _loop;
    private volatile ConnectionMultiplexer? _connection;
    private IAsyncDisposable? _own;
    private volatile IReadOnlySet<string> _wanted = new HashSet<string>();
    private volatile string? _failure;

    /// <param name="connect">Connects to the server. A connection that is nobody else's comes with what closes it.</param>
    /// <param name="received">Takes a message and its channel; on any thread, and must not block.</param>
    /// <param name="changed">Called when channels stand otherwise than before.</param>
    /// <param name="time">The clock.</param>
    public ServerSubscription(
        Func<Task<(ConnectionMultiplexer Client, IAsyncDisposable? Own)>> connect, Action<string, ReadOnlyMemory<byte>> received, Action changed, TimeProvider time)
    {
        _connect = connect;
        _received = received;
        _changed = changed;
        _time = time;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Says which channels there are to be.</summary>
    public void Set(IReadOnlySet<string> channels)
    {
        if (!_wanted.SetEquals(channels))
        {
            _wanted = channels;
            _wake.Release();
        }
    }

    /// <summary>How a channel stands.</summary>
    public TriggerState StateOf(string channel)
    {
        var failure = _failure;
        var isSubscribed = failure is null && _connection?.GetSubscriber().IsConnected(RedisChannel.Literal(channel)) == true && IsSubscribed(channel);
        return new TriggerState(isSubscribed, isSubscribed ? null : failure);
    }

    /// <summary>Ends the subscriptions.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _wake.Dispose();
    }

    private bool IsSubscribed(string channel)
    {
        lock (_subscribed)
        {
            return _subscribed.Contains(channel);
        }
    }

    private async Task RunAsync()
    {
        var retry = FirstRetry;
        var wake = _wake.WaitAsync(_stop.Token);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_connection is null)
                {
                    (_connection, _own) = await ConnectAsync();
                }

                await SubscribeAsync(_connection, _wanted);
                _failure = null;
                retry = FirstRetry;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // Whatever the client throws, the tenant sees that it isn't subscribed, and it is tried again.
                _failure = RedisServers.Describe(failure);
            }

            _changed();
            await (_failure is null ? wake : wake.WaitAsync(retry, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
            wake = wake.IsCompleted ? _wake.WaitAsync(_stop.Token) : wake;
        }

        await EndAsync();
    }

    private async Task<(ConnectionMultiplexer Client, IAsyncDisposable? Own)> ConnectAsync()
    {
        var connecting = _connect();
        try
        {
            return await connecting.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It takes its time; whatever comes of it isn't wanted any more.
            _ = connecting.ContinueWith(
                static late => late.Result.Own?.DisposeAsync().AsTask(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private async Task SubscribeAsync(ConnectionMultiplexer connection, IReadOnlySet<string> wanted)
    {
        var subscriber = connection.GetSubscriber();
        foreach (var channel in wanted.Where(channel => !IsSubscribed(channel)))
        {
            try
            {
                await subscriber.SubscribeAsync(RedisChannel.Literal(channel), Receive).WaitAsync(_stop.Token);
            }
            catch
            {
                // The client keeps the handler, and would call it once more for each try.
                await subscriber.UnsubscribeAsync(RedisChannel.Literal(channel), Receive, CommandFlags.FireAndForget);
                throw;
            }

            lock (_subscribed)
            {
                _subscribed.Add(channel);
            }
        }

        foreach (var channel in _subscribed.Except(wanted).ToArray())
        {
            lock (_subscribed)
            {
                _subscribed.Remove(channel);
            }

            await subscriber.UnsubscribeAsync(RedisChannel.Literal(channel), Receive);
        }
    }

    private async Task EndAsync()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        if (_own is not null)
        {
            await _own.DisposeAsync();
            return;
        }

        try
        {
            await SubscribeAsync(connection, new HashSet<string>());
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or OperationCanceledException)
        {
            // The server is gone, and what was subscribed there with it: the client has taken the handlers off before it tells the server.
            _failure = RedisServers.Describe(failure);
        }
    }

    private void Receive(RedisChannel channel, RedisValue message) => _received((string)channel!, (byte[]?)message ?? []);
}
