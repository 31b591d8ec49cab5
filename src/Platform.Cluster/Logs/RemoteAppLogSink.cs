using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Cluster.Http;
using Platform.Cluster.Telemetry;
using Platform.Contracts.Logs;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Logs;

/// <summary>
/// Hands log lines and kept requests to a control plane in batches. What waits is bounded, in all and for each tenant and app (<see cref="WaitingRoom{TKey}"/>), and lines take no room of requests; beyond, it is dropped and counted, guests
/// never wait. How many lines of which apps were is told with a later batch.
/// </summary>
internal sealed partial class RemoteAppLogSink(ClusterOptions options, ControlClient control, ClusterMetrics metrics, TimeProvider time, ILogger<RemoteAppLogSink> logger)
    : BackgroundService, IAppLogSink, IRequestSink
{
    private const int MaxWaitingLineChars = 8 << 20;
    private const int MaxWaitingRequestChars = 2 << 20;
    private const int MaxBatchChars = 512 << 10;
    private const int MaxBatch = 1000;

    // What a line costs beside its text, about; a request with all its fields, and each span.
    private const int Overhead = 100;
    private const int RequestOverhead = 600;
    private const int SpanOverhead = 150;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // Lines of the last requests are handed over before the process ends, within this.
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(3);

    private readonly Channel<object> _channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly WaitingRoom<string> _lineRoom = new(MaxWaitingLineChars);
    private readonly WaitingRoom<string> _requestRoom = new(MaxWaitingRequestChars);

    // Lines that were dropped and that no control plane has been told of.
    private readonly ConcurrentDictionary<AppKey, long> _untold = new();
    private long _dropped;
    private long _sequence;

    public void Write(IReadOnlyList<AppLogRecord> records)
    {
        foreach (var record in records)
        {
            var size = SizeOf(record);
            if (!_lineRoom.TryTake(record.Tenant, record.App, size))
            {
                Lose(record.Tenant, record.App, 1);
                Drop(1, 0);
            }
            else if (!_channel.Writer.TryWrite(record))
            {
                _lineRoom.Free(record.Tenant, record.App, size);
                Drop(1, 0);
            }
        }
    }

    public void Write(RequestRecord record)
    {
        var size = SizeOf(record);
        if (!_requestRoom.TryTake(record.Tenant, record.App, size))
        {
            Drop(0, 1);
        }
        else if (!_channel.Writer.TryWrite(record))
        {
            _requestRoom.Free(record.Tenant, record.App, size);
            Drop(0, 1);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _channel.Writer.TryComplete();
        _ending.CancelAfter(LastTry);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _ending.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var told = time.GetTimestamp();
        var lines = new List<AppLogRecord>(MaxBatch);
        var requests = new List<RequestRecord>();
        while (await _channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var size = 0;
            while (lines.Count + requests.Count < MaxBatch && size < MaxBatchChars && _channel.Reader.TryRead(out var record))
            {
                if (record is AppLogRecord line)
                {
                    lines.Add(line);
                    size += SizeOf(line);
                }
                else
                {
                    var request = (RequestRecord)record;
                    requests.Add(request);
                    size += SizeOf(request);
                }
            }

            await SendAsync(new LogBatch(options.NodeId, ++_sequence, lines, requests.Count > 0 ? requests : null, TakeUntold()));
            lines.ForEach(line => _lineRoom.Free(line.Tenant, line.App, SizeOf(line)));
            requests.ForEach(request => _requestRoom.Free(request.Tenant, request.App, SizeOf(request)));
            lines.Clear();
            requests.Clear();
            if (Volatile.Read(ref _dropped) > 0 && time.GetElapsedTime(told) > TellEvery)
            {
                told = time.GetTimestamp();
                LogDropped(Interlocked.Exchange(ref _dropped, 0));
            }
        }
    }

    // Again until it is taken: meanwhile lines wait, and then are dropped.
    private async Task SendAsync(LogBatch batch)
    {
        while (true)
        {
            try
            {
                using var response = await control.SendAsync(HttpMethod.Post, LogEndpoint.Path, () => JsonContent.Create(batch, ClusterJson.Default.LogBatch), Timeout, _ending.Token);
                response.EnsureSuccessStatusCode();
                return;
            }
            catch (Exception) when (_ending.IsCancellationRequested)
            {
                Drop(batch.Records.Count, batch.Requests?.Count ?? 0);
                LogDropped(Interlocked.Exchange(ref _dropped, 0));
                return;
            }
            catch (ControlUnavailableException)
            {
                await Task.Delay(Retry, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (HttpRequestException e)
            {
                // Refused as it is: it would be again.
                metrics.Dropped(batch.Records.Count, batch.Requests?.Count ?? 0);
                foreach (var line in batch.Records)
                {
                    Lose(line.Tenant, line.App, 1);
                }

                foreach (var untold in batch.Dropped ?? [])
                {
                    Lose(untold.Tenant, untold.App, untold.Lines);
                }

                LogRefused(batch.Records.Count + (batch.Requests?.Count ?? 0), e.Message);
                return;
            }
        }
    }

    private void Lose(string tenant, string app, long lines) => _untold.AddOrUpdate(new AppKey(tenant, app), static (_, more) => more, static (_, count, more) => count + more, lines);

    // While something is dropped for want of room there is something that waits, and a batch to come.
    private List<DroppedLines>? TakeUntold()
    {
        var taken = new List<DroppedLines>();
        foreach (var app in _untold.Keys.Take(MaxBatch))
        {
            if (_untold.TryRemove(app, out var lines))
            {
                taken.Add(new DroppedLines(app.Tenant, app.App, lines));
            }
        }

        return taken.Count > 0 ? taken : null;
    }

    private void Drop(int lines, int requests)
    {
        metrics.Dropped(lines, requests);
        Interlocked.Add(ref _dropped, lines + requests);
    }

    private static int SizeOf(AppLogRecord line) => line.Text.Length + Overhead;

    private static int SizeOf(RequestRecord request) => request.Path.Length + (request.Trap?.Length ?? 0) + (request.Spans.Count * SpanOverhead) + RequestOverhead;

    [LoggerMessage(3611, LogLevel.Warning, "{Lines} lines of app logs and kept requests were dropped: no control plane took them in time")]
    private partial void LogDropped(long lines);

    [LoggerMessage(3612, LogLevel.Error, "{Lines} lines of app logs and kept requests were refused: {Reason}")]
    private partial void LogRefused(int lines, string reason);
}
