using System.Collections.Concurrent;

namespace Platform.Control.Logs;

/// <summary>Wakes who follows an app's log when lines were stored. Lines themselves are read from the store, so a slow follower misses none.</summary>
internal sealed class LogSignals
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _waiting = new();
    private readonly ConcurrentDictionary<long, long> _dropped = new();

    /// <summary>Completes when lines are stored after this call: take it before reading, await it after.</summary>
    public Task Next(long app) =>
        _waiting.GetOrAdd(app, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Told of each app that lines were stored of here.</summary>
    public Action<long>? OnStored { get; set; }

    /// <summary>Told of each app that lines were lost of, and how many.</summary>
    public Action<long, long>? OnDropped { get; set; }

    /// <summary>Lines of an app that were never stored, as far as this process has heard since it began.</summary>
    public long DroppedOf(long app) => _dropped.GetValueOrDefault(app);

    /// <summary>Says that lines of the app aren't stored: its app wrote too many, or the store is away.</summary>
    public void Dropped(long app, long lines)
    {
        DroppedElsewhere(app, lines);
        OnDropped?.Invoke(app, lines);
    }

    /// <summary>Says that another control plane said so.</summary>
    public void DroppedElsewhere(long app, long lines) => _dropped.AddOrUpdate(app, static (_, more) => more, static (_, count, more) => count + more, lines);

    /// <summary>Says that lines of the app are stored.</summary>
    public void Stored(long app)
    {
        Wake(app);
        OnStored?.Invoke(app);
    }

    /// <summary>Wakes those who follow the app's log here.</summary>
    public void Wake(long app)
    {
        if (_waiting.TryRemove(app, out var waiting))
        {
            waiting.SetResult();
        }
    }
}
