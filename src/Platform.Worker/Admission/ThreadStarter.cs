using System.Collections.Concurrent;

namespace Platform.Worker.Admission;

/// <summary>
/// Starts threads from one that has the process' own priority: on Linux a thread begins with the nice value of the one that starts it, and threads of long guests have lowered theirs (<see cref="GuestThread"/>).
/// </summary>
internal static class ThreadStarter
{
    private static readonly BlockingCollection<(Thread Thread, Action NotStarted)> Asked = [];

    // The first that asks is no guest: there is none before.
    static ThreadStarter() => new Thread(Run) { IsBackground = true, Name = "thread-starter" }.Start();

    /// <summary>Starts the thread soon; when the system gives none, calls back.</summary>
    public static void Start(Thread thread, Action notStarted) => Asked.Add((thread, notStarted));

    private static void Run()
    {
        foreach (var (thread, notStarted) in Asked.GetConsumingEnumerable())
        {
            try
            {
                thread.Start();
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                // What .NET throws when the system gives no more threads (pids limit).
                notStarted();
            }
        }
    }
}
