using System.Collections.Concurrent;
using Platform.Worker.Admission;

namespace Platform.Worker.Capabilities.Sqlite;

/// <summary>
/// Threads that run SQLite's statements, which block: on the pool's a few slow ones would hold up everything else of the process. Made as they are needed, and kept. Thread-safe.
/// </summary>
/// <param name="most">Threads, and so statements at once.</param>
internal sealed class StatementThreads(int most)
{
    private readonly BlockingCollection<Action> _waiting = [];
    private readonly Lock _gate = new();
    private int _threads;
    private int _busy;

    /// <summary>Runs the operation on one of them, as soon as one is free.</summary>
    public Task<T> RunAsync<T>(Func<T> operation)
    {
        var end = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isNeeded = false;
        lock (_gate)
        {
            if (++_busy > _threads && _threads < most)
            {
                _threads++;
                isNeeded = true;
            }
        }

        _waiting.Add(() => Run(operation, end));
        if (isNeeded)
        {
            ThreadStarter.Start(new Thread(Loop) { IsBackground = true, Name = "sqlite" }, NotStarted);
        }

        return end.Task;
    }

    private void Run<T>(Func<T> operation, TaskCompletionSource<T> end)
    {
        try
        {
            end.SetResult(operation());
        }
        catch (Exception e)
        {
            // The waiting guest's side reports it.
            end.SetException(e);
        }
        finally
        {
            lock (_gate)
            {
                _busy--;
            }
        }
    }

    private void Loop()
    {
        foreach (var run in _waiting.GetConsumingEnumerable())
        {
            run();
        }
    }

    // What it was for goes to the next that is free; where there is none it is done here.
    private void NotStarted()
    {
        lock (_gate)
        {
            _threads--;
            if (_threads > 0)
            {
                return;
            }
        }

        if (_waiting.TryTake(out var run))
        {
            run();
        }
    }
}
