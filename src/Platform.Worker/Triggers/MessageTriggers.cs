using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;

namespace Platform.Worker.Triggers;

/// <summary>Keeps the subscriptions of all apps as the snapshot has their live versions.</summary>
internal sealed partial class MessageTriggers(MessageServices services) : IDisposable
{
    // Of an app whose triggers are gone, while the worker goes on.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<AppKey, (long Id, AppSubscriptions Subscriptions)> _apps = [];
    private readonly List<Task> _draining = [];
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins to follow the snapshot.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Ends all subscriptions; messages that have come may still run for so long.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await _stop.CancelAsync();
        await _loop;
        await Task.WhenAll(_apps.Values.Select(async app =>
        {
            await app.Subscriptions.EndAsync();
            await DrainAsync(app.Subscriptions, drain, isDeleted: false);
        }));
        await Task.WhenAll(_draining).WaitAsync(drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _apps.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var snapshot = services.Snapshots.Current;
            try
            {
                await FollowAsync(snapshot);
            }
            catch (Exception failure)
            {
                // One app's fault must not keep the others from being followed.
                LogFailed(services.Logger, failure);
            }

            await services.Snapshots.WaitForOtherAsync(snapshot, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(PlatformSnapshot snapshot)
    {
        foreach (var (key, (id, subscriptions)) in _apps.ToArray())
        {
            var app = snapshot.Apps.GetValueOrDefault(key);
            if (app is null || app.Id != id || !HasTriggers(app))
            {
                _apps.Remove(key);
                await subscriptions.EndAsync();
                _draining.Add(DrainAsync(subscriptions, Drain, isDeleted: app?.Id != id));
            }
        }

        foreach (var (key, app) in snapshot.Apps)
        {
            if (!HasTriggers(app))
            {
                continue;
            }

            if (_apps.TryGetValue(key, out var known))
            {
                known.Subscriptions.Follow();
                continue;
            }

            _apps.Add(key, (app.Id, new AppSubscriptions(app, services)));
        }

        _draining.RemoveAll(static drained => drained.IsCompleted);
    }

    private static async Task DrainAsync(AppSubscriptions subscriptions, TimeSpan time, bool isDeleted)
    {
        await subscriptions.DrainAsync(time, isDeleted);
        subscriptions.Dispose();
    }

    [LoggerMessage(3421, LogLevel.Critical, "Redis triggers don't follow the apps; it is tried again with the next change")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    private static bool HasTriggers(AppSnapshot app) =>
        app.Live is { } live && app.Versions.TryGetValue(live, out var version) && version.RedisTriggers.Count > 0;
}
