using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Cluster.Http;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Snapshots;

/// <summary>
/// A control plane's snapshot, followed by long polls: what changes is here a round trip later. The last one is kept on disk; without a control plane the process starts and goes on with it.
/// </summary>
internal sealed partial class RemoteSnapshots(
    ControlClient control, SnapshotCodec codec, SnapshotFile file, TimeProvider time, ILogger<RemoteSnapshots> logger) : BackgroundService, ISnapshotSource
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(5);

    private readonly CurrentSnapshot _published = new();
    private bool _isBehind;

    public PlatformSnapshot Current => _published.Current;

    public Task WaitForOtherAsync(PlatformSnapshot seen, CancellationToken cancellationToken) => _published.WaitForOtherAsync(seen, cancellationToken);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await file.ReadAsync(cancellationToken) is { } last)
        {
            _published.Current = last;
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), KeepAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PollAsync(stoppingToken);
                if (_isBehind)
                {
                    _isBehind = false;
                    LogCaughtUp(Current.Revision);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_isBehind)
                {
                    _isBehind = true;
                    LogBehind(Current.Revision, e.Message);
                }

                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PollAsync(CancellationToken stoppingToken)
    {
        // None known isn't revision 0, which a new store has.
        var known = Current;
        var since = ReferenceEquals(known, PlatformSnapshot.Empty) ? -1 : known.Revision;
        using var response = await control.SendAsync(HttpMethod.Get, SnapshotEndpoint.PathOf(since), content: null, SnapshotEndpoint.Patience * 2, stoppingToken);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return;
        }

        response.EnsureSuccessStatusCode();
        var message = await response.Content.ReadFromJsonAsync(ClusterJson.Default.SnapshotMessage, stoppingToken);
        _published.Current = codec.Apply(known, message!);
    }

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var written = Current;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitForOtherAsync(written, stoppingToken);
                written = Current;
                await file.WriteAsync(written, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotKept(e.Message);
            }

            await Task.Delay(WriteEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(3602, LogLevel.Warning, "Goes on with revision {Revision} of routes and configuration: {Reason}")]
    private partial void LogBehind(long revision, string reason);

    [LoggerMessage(3603, LogLevel.Information, "A control plane answers again; revision {Revision}")]
    private partial void LogCaughtUp(long revision);

    [LoggerMessage(3604, LogLevel.Warning, "The snapshot can't be written to disk: {Reason}")]
    private partial void LogNotKept(string reason);
}
