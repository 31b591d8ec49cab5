using Microsoft.Extensions.Logging;

namespace Platform.Worker.Admission;

/// <content>Dropping what waited too long, and the end.</content>
internal sealed partial class GuestScheduler
{
    /// <summary>
    /// Takes no new work, drops what is queued, and waits at most <paramref name="drain"/> for what runs; true when nothing runs any more.
    /// </summary>
    public async Task<bool> DrainAsync(TimeSpan drain)
    {
        Task drained;
        lock (_gate)
        {
            _stopping = true;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
        }

        DropQueued(long.MaxValue);
        lock (_gate)
        {
            if (_running == 0)
            {
                _drained.TrySetResult();
            }
        }

        try
        {
            await drained.WaitAsync(drain, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Asks all that runs to end.</summary>
    public void AbortAll()
    {
        foreach (var work in RunningWork())
        {
            work.Abort();
        }
    }

    /// <summary>Ends the threads. Only once nothing runs: a thread in a guest can't be ended, only waited for.</summary>
    public void JoinThreads()
    {
        GuestThread[] threads;
        lock (_gate)
        {
            if (_running > 0)
            {
                LogStillRunning(_running);
                return;
            }

            threads = [.. _threads];
            _threads.Clear();
            _idle.Clear();
        }

        // All are idle, with no work in hand: a wake-up without work ends the loop.
        foreach (var thread in threads)
        {
            thread.Wake();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    public void Dispose() => _sweep.Dispose();

    // The system gives no thread: its work is dropped, its permit goes on, and no more are asked for than there are, for a while.
    private void GiveUpThread(GuestThread thread)
    {
        var work = thread.Work!;
        Turn? next;
        List<Turn>? begin;
        lock (_gate)
        {
            Forget(thread);
            _maxThreads = Math.Max(1, _threads.Count);
            _shortOfThreadsSince = _time.GetTimestamp();
            Ended(thread);
            next = PassOn(_short);
            begin = BeginWaiting();
        }

        LogNoThread(_maxThreads);
        work.Dropped();
        Rouse(next);
        Rouse(begin);
    }

    private void Sweep()
    {
        DropQueued(_time.GetTimestamp() - _queueTimeout);
        AskForThreadsAgain();
        foreach (var work in RunningWork())
        {
            work.Sweep();
        }
    }

    private void AskForThreadsAgain()
    {
        List<Turn>? begin = null;
        lock (_gate)
        {
            if (_maxThreads < _allThreads && _time.GetElapsedTime(_shortOfThreadsSince) >= ShortOfThreads)
            {
                _maxThreads = _allThreads;
                begin = BeginWaiting();
            }
        }

        Rouse(begin);
    }

    private List<GuestWork> RunningWork()
    {
        var running = new List<GuestWork>();
        lock (_gate)
        {
            if (_running > 0)
            {
                running.AddRange(_threads.Select(static thread => thread.Work).OfType<GuestWork>());
            }
        }

        return running;
    }

    // A lane's queue is in order of arrival and all wait equally long at most: only the heads need looking at.
    private void DropQueued(long queuedUpTo)
    {
        List<GuestWork> dropped = [];
        lock (_gate)
        {
            foreach (var lane in Volatile.Read(ref _queued) == 0 ? [] : _lanes.Values)
            {
                var queue = lane.Short;
                while (queue.Work.TryPeek(out var work) && work.QueuedAt <= queuedUpTo)
                {
                    dropped.Add(queue.Work.Dequeue());
                    _queued--;
                }

                if (queue.InRing && queue.IsEmpty)
                {
                    _short.Leave(queue);
                }
            }
        }

        dropped.ForEach(static work => work.Dropped());
    }

    [LoggerMessage(3002, LogLevel.Warning, "The system gives no more threads; going on with {Count} guest threads. Raise the pids limit, or lower Platform:Worker:ConcurrentRequests")]
    private partial void LogNoThread(int count);

    [LoggerMessage(3001, LogLevel.Warning, "{Count} guests were still running when the drain time was over; their threads end with the process")]
    private partial void LogStillRunning(int count);
}
