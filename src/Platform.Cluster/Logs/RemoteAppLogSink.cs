using System.Net.Http.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Cluster.Http;
using Platform.Contracts.Logs;

namespace Platform.Cluster.Logs;

/// <summary>Hands log lines to a control plane in batches. What waits is bounded; beyond, lines are dropped and counted, guests never wait.</summary>
internal sealed partial class RemoteAppLogSink(ClusterOptions options, ControlClient control, TimeProvider time, ILogger<RemoteAppLogSink> logger) : BackgroundService, IAppLogSink
{
    private const int MaxWaitingChars = 8 << 20;
    private const int MaxBatchChars = 512 << 10;
    private const int MaxBatch = 1000;

    // What a line costs beside its text, about.
    private const int Overhead = 100;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // Lines of the last requests are handed over before the process ends, within this.
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(3);

    private readonly Channel<AppLogRecord> _channel = Channel.CreateUnbounded<AppLogRecord>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private long _waiting;
    private long _dropped;
    private long _sequence;

    public void Write(IReadOnlyList<AppLogRecord> records)
    {
        foreach (var record in records)
        {
            var size = SizeOf(record);
            if (Interlocked.Add(ref _waiting, size) > MaxWaitingChars || !_channel.Writer.TryWrite(record))
            {
                Interlocked.Add(ref _waiting, -size);
                Interlocked.Increment(ref _dropped);
            }
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
        var batch = new List<AppLogRecord>(MaxBatch);
        while (await _channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var size = 0;
            while (batch.Count < MaxBatch && size < MaxBatchChars && _channel.Reader.TryRead(out var record))
            {
                batch.Add(record);
                size += SizeOf(record);
            }

            await SendAsync(new LogBatch(options.NodeId, ++_sequence, batch));
            Interlocked.Add(ref _waiting, -size);
            batch.Clear();
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
                Interlocked.Add(ref _dropped, batch.Records.Count);
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
                LogRefused(batch.Records.Count, e.Message);
                return;
            }
        }
    }

    private static int SizeOf(AppLogRecord record) => record.Text.Length + Overhead;

    [LoggerMessage(3611, LogLevel.Warning, "{Lines} lines of app logs were dropped: no control plane took them in time")]
    private partial void LogDropped(long lines);

    [LoggerMessage(3612, LogLevel.Error, "{Lines} lines of app logs were refused: {Reason}")]
    private partial void LogRefused(int lines, string reason);
}
