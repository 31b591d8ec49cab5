using Microsoft.Extensions.Logging.Abstractions;
using Platform.Contracts.Api;
using Platform.Contracts.Nodes;
using Platform.Control.Tests.Hosting;
using Platform.Control.Workers;
using Platform.Data;

namespace Platform.Control.Tests.Workers;

public class WorkerListTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Workers_ThatSaidThatTheyAreThere_AreListedByPages_AlsoOnceTheyAreSilent(Dialect dialect)
    {
        var token = TestContext.Current.CancellationToken;
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        Assert.Empty((await server.Operator.GetAsync<Page<WorkerResource>>("/v1/workers")).Items);

        await using var database = server.Store.Open();
        using var registry = new WorkerRegistry(database, time, NullLogger<WorkerRegistry>.Instance);
        await registry.SeenAsync(new WorkerInfo("one", new Uri("https://10.0.0.1:9080/"), "west", "1.0", 256, IsDraining: false), 3, token);
        time.Advance(IWorkerRegistry.Patience);
        await registry.SeenAsync(new WorkerInfo("two", new Uri("https://10.0.0.2:9080/"), "east", "1.1", 128, IsDraining: true), 0, token);

        var first = await server.Operator.GetAsync<Page<WorkerResource>>("/v1/workers?limit=1");
        var two = Assert.Single(first.Items);
        Assert.Equal(("two", "https://10.0.0.2:9080/", "east", "1.1", 128, 0, true, false), (two.Id, two.Address, two.Zone, two.Version, two.Capacity, two.Running, two.Draining, two.Silent));
        var second = await server.Operator.GetAsync<Page<WorkerResource>>($"/v1/workers?limit=1&cursor={first.Cursor}");
        var one = Assert.Single(second.Items);
        Assert.Equal(("one", 3, true), (one.Id, one.Running, one.Silent));
        Assert.True(two.LastBeat - one.LastBeat >= IWorkerRegistry.Patience, $"{one.LastBeat}, {two.LastBeat}");
        Assert.Null(second.Cursor);
    }
}
