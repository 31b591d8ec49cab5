using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Redis.Messages;
using Platform.Worker.Capabilities;
using StackExchange.Redis;

namespace Platform.Worker.Triggers;

/// <summary>
/// The subscriptions of one app. However many workers there are, one is subscribed: who holds the app's lease on the platform's Redis. While that can't be renewed
/// nobody is, and the others take over when it has run out.
/// </summary>
internal sealed partial class AppSubscriptions : IDisposable
{
    /// <summary>How long a lease holds that isn't renewed.</summary>
    internal static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    /// <summary>How often it is renewed, counts are written down, and others look whether it is free.</summary>
    internal static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(3);

    // Counts of messages that have just ended are seen sooner.
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(1);

    // The holder stops before the server lets others in.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly MessageServices _services;
    private readonly MessageQueue _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Dictionary<(bool IsPlatforms, ServerAddress? Address), ServerSubscription> _servers = [];
    private readonly List<Task> _ending = [];
    private readonly Lock _following = new();
    private readonly Task _loop;
    private volatile Wanted _wanted;
    private long _leasedUntil = long.MinValue;
    private bool _isFailing;

    /// <summary>Begins.</summary>
    public AppSubscriptions(AppSnapshot app, MessageServices services)
    {
        _services = services;
        _wanted = Wanted.Of(app);
        _queue = new MessageQueue(services);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Takes over what has changed of the app in the current snapshot.</summary>
    public void Follow()
    {
        lock (_following)
        {
            var known = _wanted.App;
            if (_services.Snapshots.Current.Apps.TryGetValue(new AppKey(known.Tenant, known.App), out var app) && app.Id == known.Id && !ReferenceEquals(app, known))
            {
                _wanted = Wanted.Of(app);
                _wake.Release();
            }
        }
    }

    /// <summary>Ends the subscriptions and the lease; another one for the app may begin.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await UnsubscribeAsync();
        await TryAsync(() => _services.Board.ReleaseAsync(_wanted.App.Id, _services.WorkerId));
    }

    /// <summary>Once it has ended: the messages that had come run.</summary>
    /// <param name="time">For how long; then they are stopped.</param>
    /// <param name="isDeleted">Whether the app is gone for good.</param>
    public async Task DrainAsync(TimeSpan time, bool isDeleted)
    {
        await _queue.CloseAsync(time);
        await TryAsync(isDeleted ? () => _services.Board.ForgetAsync(_wanted.App.Id) : WriteCountsAsync);
    }

    /// <summary>Once it has ended and drained.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _stop.Dispose();
        _wake.Dispose();
    }

    private bool HoldsLease => _services.Time.GetTimestamp() < Volatile.Read(ref _leasedUntil);

    private async Task RunAsync()
    {
        var wake = _wake.WaitAsync(_stop.Token);
        while (!_stop.IsCancellationRequested)
        {
            var period = RenewPeriod;
            try
            {
                await RenewAsync();
                period = await WriteCountsAsync() ? CountPeriod : RenewPeriod;
                _isFailing = false;
            }
            catch (Exception failure)
            {
                // Whatever it is, it is tried again: else the app's messages would never run again.
                if (!_isFailing)
                {
                    _isFailing = true;
                    LogNoLease(_services.Logger, failure is RedisException or TimeoutException ? null : failure, _wanted.App.Tenant, _wanted.App.App, failure.Message);
                }

                if (!HoldsLease)
                {
                    await UnsubscribeAsync();
                }
            }

            await wake.WaitAsync(period, _services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wake = wake.IsCompleted ? _wake.WaitAsync(_stop.Token) : wake;
        }
    }

    private async Task RenewAsync()
    {
        var wanted = _wanted;
        var asked = _services.Time.GetTimestamp();
        if (!await _services.Board.TryLeaseAsync(wanted.App.Id, _services.WorkerId, LeaseTime))
        {
            Volatile.Write(ref _leasedUntil, long.MinValue);
            await UnsubscribeAsync();
            return;
        }

        Volatile.Write(ref _leasedUntil, asked + (long)((LeaseTime - Margin).TotalSeconds * _services.Time.TimestampFrequency));
        Subscribe(wanted);
        await _services.Board.SetStatesAsync(wanted.App.Id, StatesOf(wanted), LeaseTime);
    }

    private void Subscribe(Wanted wanted)
    {
        foreach (var (key, triggers) in wanted.ByServer)
        {
            if (!_servers.TryGetValue(key, out var server))
            {
                _servers[key] = server = key.Address is { } address
                    ? Make(() => ConnectAsync(address))
                    : Make(async () => (await _services.Server.ConnectAsync(), null));
                ServerSubscription Make(Func<Task<(ConnectionMultiplexer, IAsyncDisposable?)>> connect) =>
                    new(connect, (channel, message) => Receive(key, channel, message), () => _wake.Release(), _services.Time);
            }

            server.Set(triggers.Keys.ToHashSet(StringComparer.Ordinal));
        }

        foreach (var (key, server) in _servers.Where(server => !wanted.ByServer.ContainsKey(server.Key)).ToArray())
        {
            // Not waited for: a server that hangs must not keep the lease from being renewed.
            _servers.Remove(key);
            _ending.RemoveAll(static ending => ending.IsCompleted);
            _ending.Add(server.DisposeAsync().AsTask());
        }
    }

    private async Task<(ConnectionMultiplexer, IAsyncDisposable?)> ConnectAsync(ServerAddress address)
    {
        var own = await _services.Tenants.ConnectSubscriberAsync(_wanted.App.Tenant, address);
        return (own.Multiplexer, own);
    }

    private async Task UnsubscribeAsync()
    {
        await Task.WhenAll([.. _ending, .. _servers.Values.Select(static server => server.DisposeAsync().AsTask())]);
        _ending.Clear();
        _servers.Clear();
    }

    private void Receive((bool IsPlatforms, ServerAddress? Address) server, string channel, ReadOnlyMemory<byte> message)
    {
        // A message that was sent after a deploy was answered runs on what was deployed.
        Follow();
        var wanted = _wanted;
        if (!HoldsLease || !wanted.ByServer.TryGetValue(server, out var channels) || !channels.TryGetValue(channel, out var triggers))
        {
            return;
        }

        var arrived = _services.Time.GetTimestamp();
        foreach (var trigger in triggers)
        {
            _queue.Add(new MessageRun(wanted.App, trigger, message, arrived));
        }
    }

    private Dictionary<string, TriggerState> StatesOf(Wanted wanted)
    {
        var states = new Dictionary<string, TriggerState>(wanted.Refused, StringComparer.Ordinal);
        foreach (var (key, channels) in wanted.ByServer)
        {
            foreach (var (channel, triggers) in channels)
            {
                foreach (var trigger in triggers)
                {
                    states[trigger.Key] = _servers[key].StateOf(channel);
                }
            }
        }

        return states;
    }

    // A lease runs out by itself, and counts are lost with the process.
    private async Task TryAsync(Func<Task> last)
    {
        try
        {
            await last();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            LogNotEnded(_services.Logger, _wanted.App.Tenant, _wanted.App.App, failure.Message);
        }
    }

    private async Task<bool> WriteCountsAsync()
    {
        var counts = _queue.TakeCounts();
        foreach (var (trigger, count) in counts)
        {
            try
            {
                await _services.Board.AddAsync(_wanted.App.Id, trigger, count);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                _queue.Count(trigger, count);
                throw;
            }
        }

        return counts.Count > 0;
    }

    [LoggerMessage(3411, LogLevel.Error, "The platform's Redis can't be asked for the lease of the Redis triggers of {Tenant}/{App}, their messages don't run: {Reason}. See to ConnectionStrings:Redis and that server")]
    private static partial void LogNoLease(ILogger logger, Exception? failure, string tenant, string app, string reason);

    [LoggerMessage(3412, LogLevel.Warning, "The platform's Redis wasn't told of the end of the Redis triggers of {Tenant}/{App}, their lease runs out by itself: {Reason}")]
    private static partial void LogNotEnded(ILogger logger, string tenant, string app, string reason);

    /// <summary>What an app's live version asks for: its triggers by server and Redis channel.</summary>
    private sealed record Wanted(
        AppSnapshot App,
        IReadOnlyDictionary<(bool IsPlatforms, ServerAddress? Address), Dictionary<string, RedisTrigger[]>> ByServer,
        IReadOnlyDictionary<string, TriggerState> Refused)
    {
        public static Wanted Of(AppSnapshot app)
        {
            var (triggers, refused) = RedisTrigger.Of(app);
            var servers = triggers
                .GroupBy(static trigger => (trigger.Server is null, trigger.Server))
                .ToDictionary(
                    static server => server.Key,
                    server => server
                        .GroupBy(trigger => trigger.Server is null ? MessageChannels.NameOf(app.Tenant, trigger.Channel) : trigger.Channel, StringComparer.Ordinal)
                        .ToDictionary(static channel => channel.Key, static channel => channel.ToArray(), StringComparer.Ordinal));
            return new Wanted(app, servers, refused);
        }
    }
}
