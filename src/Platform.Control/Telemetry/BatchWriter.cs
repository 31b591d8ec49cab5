using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Platform.Control.Telemetry;

/// <summary>
/// Takes what apps leave behind and stores it in batches. What waits is bounded in bytes, in all and for each app, so that one app's flood neither fills the memory nor
/// crowds out the others; beyond, it is dropped and counted.
/// </summary>
internal abstract class BatchWriter<TEntry> : BackgroundService
    where TEntry : IAppEntry
{
    private const int MaxWaitingBytes = 16 << 20;
    private const int MaxWaitingBytesPerApp = 4 << 20;
    private const int MaxBatch = 1000;

    // What an entry costs in memory beside its texts, about.
    private const int Overhead = 200;

    // A worker's clock may be off; a time that is far out would make partitions that retention never reaches.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private readonly Channel<TEntry> _channel = Channel.CreateUnbounded<TEntry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();

    // Under _lock: bytes waiting, in all and by app.
    private readonly Dictionary<long, int> _waitingByApp = [];
    private int _waiting;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What the last requests left is stored before the process ends.
        _channel.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<TEntry>(MaxBatch);
        while (await _channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _channel.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            await StoreAsync(batch);
            Release(batch);
            batch.Clear();
        }
    }

    /// <summary>Stores a batch; must not throw.</summary>
    protected abstract Task StoreAsync(IReadOnlyList<TEntry> batch);

    /// <summary>Counts what is dropped.</summary>
    protected abstract void Dropped(int count, string reason);

    /// <summary>An entry is dropped.</summary>
    protected virtual void Dropped(TEntry entry)
    {
    }

    /// <summary>Takes an entry, or drops and counts it.</summary>
    protected void Take(TEntry entry)
    {
        if (!TryReserve(entry))
        {
            Dropped(entry);
            Dropped(1, "full");
        }
        else if (!_channel.Writer.TryWrite(entry))
        {
            Release([entry]);
            Dropped(1, "stopped");
        }
    }

    /// <summary>A text that PostgreSQL takes, which has neither NUL nor lone surrogates: one such must not cost its batch.</summary>
    protected static string Clean(string text, int most)
    {
        var cut = text.Length > most ? text[..most] : text;
        return cut.Any(static c => c == '\0' || char.IsSurrogate(c)) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)).Replace('\0', '\uFFFD') : cut;
    }

    /// <summary>A worker's time, or this process' when that is far out.</summary>
    protected static DateTimeOffset Clean(DateTimeOffset told, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return (told - now).Duration() > MaxClockSkew ? now : told;
    }

    private bool TryReserve(TEntry entry)
    {
        var size = entry.Size + Overhead;
        lock (_lock)
        {
            var ofApp = _waitingByApp.GetValueOrDefault(entry.App.AppId);
            if (_waiting + size > MaxWaitingBytes || ofApp + size > MaxWaitingBytesPerApp)
            {
                return false;
            }

            _waiting += size;
            _waitingByApp[entry.App.AppId] = ofApp + size;
            return true;
        }
    }

    private void Release(IReadOnlyList<TEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                var size = entry.Size + Overhead;
                _waiting -= size;
                var left = _waitingByApp[entry.App.AppId] - size;
                if (left == 0)
                {
                    _waitingByApp.Remove(entry.App.AppId);
                }
                else
                {
                    _waitingByApp[entry.App.AppId] = left;
                }
            }
        }
    }
}
