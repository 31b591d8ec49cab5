using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Nodes;
using Platform.Control.Tests.Hosting;
using Platform.Control.Workers;
using Platform.Data;

namespace Platform.Control.Tests.Workers;

public class WorkerRegistryTests
{
    private static readonly WorkerInfo One = new("one", new Uri("http://10.0.0.1:9080/"), "east", "1.0", 256, IsDraining: false);
    private static readonly WorkerInfo Two = new("two", new Uri("http://10.0.0.2:9080/"), null, "1.1", 128, IsDraining: false);

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Workers_OfOneControlPlane_AreKnownToTheOther_UntilTheyAreSilentOrGone(Dialect dialect)
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await ControlServer.StartAsync(dialect);
        await using var database = server.Store.Open();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000));
        using var here = new WorkerRegistry(database, time, NullLogger<WorkerRegistry>.Instance);
        using var there = new WorkerRegistry(database, time, NullLogger<WorkerRegistry>.Instance);

        await here.SeenAsync(One, 3, token);
        var changed = here.WaitForOtherAsync(here.Current, token);
        await there.SeenAsync(Two, 0, token);
        Assert.Equal([One, Two], there.Current);
        await here.SeenAsync(One with { IsDraining = true }, 0, token);
        await changed;
        Assert.Equal([One with { IsDraining = true }, Two], here.Current);

        // One says nothing more.
        time.Advance(IWorkerRegistry.Patience - TimeSpan.FromSeconds(1));
        await there.SeenAsync(Two with { Capacity = 64 }, 0, token);
        Assert.Equal(2, there.Current.Length);
        time.Advance(TimeSpan.FromSeconds(2));
        await there.SeenAsync(Two, 0, token);
        Assert.Equal([Two], there.Current);
        await there.GoneAsync(Two.Id, token);
        Assert.Empty(there.Current);
    }
}
