using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Platform.Contracts.Logs;

namespace Platform.Control.Telemetry;

/// <summary>
/// Takes what apps leave behind and stores it in batches. What waits is bounded in bytes, in all and for each tenant and app (<see cref="WaitingRoom{TKey}"/>), so that nobody's flood fills the memory or
/// crowds out the others; beyond, it is dropped and counted.
/// </summary>
internal abstract class BatchWriter<TEntry> : BackgroundService
    where TEntry : IAppEntry
{
    /// <summary>What a row has in the store beside its texts, with its entries in indexes, about.</summary>
    protected const int RowBytes = 200;

    private const int MaxWaitingBytes = 16 << 20;
    private const int MaxBatch = 1000;

    // What an entry costs in memory beside its texts, about.
    private const int Overhead = 200;

    // A worker's clock may be off, and control planes' among themselves.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private readonly Channel<TEntry> _channel = Channel.CreateUnbounded<TEntry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly WaitingRoom<long> _room = new(MaxWaitingBytes);

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
            foreach (var entry in batch)
            {
                Free(entry);
            }

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
        if (!_room.TryTake(entry.App.TenantId, entry.App.AppId, entry.Size + Overhead))
        {
            Dropped(entry);
            Dropped(1, "full");
        }
        else if (!_channel.Writer.TryWrite(entry))
        {
            Free(entry);
            Dropped(entry);
            Dropped(1, "stopped");
        }
    }

    /// <summary>A text that PostgreSQL takes, which has neither NUL nor lone surrogates: one such must not cost its batch.</summary>
    protected static string Clean(string text, int most)
    {
        var cut = text.Length > most ? text[..most] : text;
        return cut.Any(static c => c == '\0' || char.IsSurrogate(c)) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)).Replace('\0', '\uFFFD') : cut;
    }

    /// <summary>
    /// A worker's time, or this process' when that is far out: one to come would make partitions that retention doesn't reach for long, and one past retention such as another control plane is dropping. In between it may have waited for a
    /// control plane.
    /// </summary>
    protected static DateTimeOffset Clean(DateTimeOffset told, TimeSpan retention, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return told > now + MaxClockSkew || told < now - retention + MaxClockSkew ? now : told;
    }

    private void Free(TEntry entry) => _room.Free(entry.App.TenantId, entry.App.AppId, entry.Size + Overhead);
}
