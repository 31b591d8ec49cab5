namespace Platform.Worker.Admission;

/// <summary>
/// Threads of .NET's pool, made before there are guests: the pool makes a thread on whichever thread queues work for it, which may be one that has lowered its priority, as <see cref="ThreadStarter"/> says. The program's
/// configuration keeps them for good (<c>System.Threading.ThreadPool.ThreadsToKeepAlive</c>); further ones are made by the pool's own watch, when those are blocked.
/// </summary>
internal static class PoolThreads
{
    private const int Count = 8;

    /// <summary>Makes them; takes milliseconds.</summary>
    public static void Make()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Count), completions);
        using var all = new CountdownEvent(Count);
        using var go = new ManualResetEventSlim();
        var held = Enumerable.Range(0, Count).Select(_ => Task.Run(() =>
        {
            all.Signal();
            go.Wait();
        })).ToArray();
        all.Wait();
        go.Set();
        Task.WaitAll(held);
        ThreadPool.SetMinThreads(workers, completions);
    }
}
