using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Capabilities;

public sealed class StatementThreadsTests
{
    [Fact]
    public async Task Statements_ThatBlock_HaveThreadsOfTheirOwn_AsManyAsThereAreAtMost()
    {
        var threads = new StatementThreads(3);
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var statements = Enumerable.Range(0, 12).Select(_ => threads.RunAsync(() =>
        {
            var now = Interlocked.Increment(ref running);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }

            gate.Wait();
            Interlocked.Decrement(ref running);
            return (Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Name, Environment.CurrentManagedThreadId);
        })).ToList();
        await Eventually.HoldsAsync(() => Volatile.Read(ref running) == 3, "three statements run");
        Assert.DoesNotContain(statements, static statement => statement.IsCompleted);

        gate.Set();
        var ran = await Task.WhenAll(statements);
        Assert.All(ran, static thread => Assert.Equal((false, "sqlite"), (thread.IsThreadPoolThread, thread.Name)));
        Assert.InRange(ran.DistinctBy(static thread => thread.CurrentManagedThreadId).Count(), 1, 3);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Statement_ThatThrows_FailsItsOwnTask_AndTheThreadGoesOn()
    {
        var threads = new StatementThreads(1);
        await Assert.ThrowsAsync<InvalidDataException>(() => threads.RunAsync<int>(static () => throw new InvalidDataException("not a database")));
        Assert.Equal(1, await threads.RunAsync(static () => 1));
    }
}
