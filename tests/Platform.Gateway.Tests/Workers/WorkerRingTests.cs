using Platform.Contracts.Nodes;
using Platform.Gateway.Workers;

namespace Platform.Gateway.Tests.Workers;

public class WorkerRingTests
{
    private const int Apps = 3000;

    [Fact]
    public void Choose_WithOneWorkerMore_MovesFewApps_AndOnlyToIt()
    {
        var workers = Enumerable.Range(0, 5).Select(static i => Worker(i)).ToList();
        var (before, after) = (new WorkerRing([.. workers.Take(4)]), new WorkerRing([.. workers]));

        var moved = Enumerable.Range(1, Apps).Where(app => before.Choose(app, []) != after.Choose(app, [])).ToList();

        // A fifth, give or take what 128 points a worker leave to chance.
        Assert.InRange(moved.Count, Apps / 10, Apps * 3 / 10);
        Assert.All(moved, app => Assert.Same(workers[4], after.Choose(app, [])));
    }

    [Fact]
    public void Choose_AnAppThatOneWorkerCantCarry_SpreadsWithinTheBound()
    {
        WorkerState[] workers = [Worker(0), Worker(1), Worker(2)];
        var ring = new WorkerRing([.. workers]);
        for (var i = 0; i < 300; i++)
        {
            ring.Choose(1, [])!.Begin();
        }

        Assert.Equal(300, workers.Sum(static worker => worker.InFlight));
        Assert.All(workers, static worker => Assert.InRange(worker.InFlight, 1, 126));
    }

    [Fact]
    public void Choose_PassesOverWhatIsTriedDrainsOrIsOut_ButAsksOneThatIsOutBeforeNone()
    {
        WorkerState[] workers = [Worker(0), Worker(1), Worker(2)];
        var ring = new WorkerRing([.. workers]);
        var first = ring.Choose(7, [])!;
        var second = ring.Choose(7, [first])!;
        var third = workers.Except([first, second]).Single();
        second.Drains();
        Assert.Same(third, ring.Choose(7, [first]));
        third.Unreachable();
        Assert.Same(first, ring.Choose(7, []));
        Assert.Same(third, ring.Choose(7, [first]));
        Assert.Null(ring.Choose(7, [first, third]));
        Assert.Null(WorkerRing.Empty.Choose(7, []));
    }

    private static WorkerState Worker(int i) => new(new WorkerInfo($"worker-{i}", new Uri($"http://10.0.0.{i}:9080/"), null, "1", 256, IsDraining: false));
}
