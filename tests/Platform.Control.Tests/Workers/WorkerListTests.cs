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
        var one = Assert.Single(first.Items);
        Assert.Equal(("one", 3, true), (one.Id, one.Running, one.Silent));
        var second = await server.Operator.GetAsync<Page<WorkerResource>>($"/v1/workers?limit=1&cursor={first.Cursor}");
        var two = Assert.Single(second.Items);
        Assert.Equal(("two", "https://10.0.0.2:9080/", "east", "1.1", 128, 0, true, false), (two.Id, two.Address, two.Zone, two.Version, two.Capacity, two.Running, two.Draining, two.Silent));
        Assert.True(two.LastBeat - one.LastBeat >= IWorkerRegistry.Patience, $"{one.LastBeat}, {two.LastBeat}");
        Assert.Null(second.Cursor);
    }

    /// <summary>A worker that comes or goes before the cursor moves the others, and neither repeats one nor leaves one out.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public async Task Workers_ThatComeAndGoBetweenTwoPages_LeaveTheOthersWhereTheyAre(Dialect dialect)
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await ControlServer.StartAsync(dialect);
        await using var database = server.Store.Open();
        using var registry = new WorkerRegistry(database, TimeProvider.System, NullLogger<WorkerRegistry>.Instance);
        foreach (var id in (string[])["b", "d", "f"])
        {
            await SeenAsync(id);
        }

        var first = await server.Operator.GetAsync<Page<WorkerResource>>("/v1/workers?limit=2");
        Assert.Equal(["b", "d"], first.Items.Select(static one => one.Id));
        await SeenAsync("a");
        Assert.Equal(["f"], await IdsAsync(first.Cursor));
        await registry.GoneAsync("a", token);
        await registry.GoneAsync("b", token);
        await registry.GoneAsync("d", token);
        await SeenAsync("g");
        Assert.Equal(["f", "g"], await IdsAsync(first.Cursor));

        // Nobody makes a cursor up.
        foreach (var forged in (string[])["AAAA", "Zg", new string('A', 24), $"{(first.Cursor![0] == 'B' ? 'C' : 'B')}{first.Cursor[1..]}", new string('A', 2000)])
        {
            using var refused = await server.Operator.GetAsync($"/v1/workers?cursor={forged}");
            await refused.ProblemAsync(400, "invalid-cursor");
        }

        Task SeenAsync(string id) => registry.SeenAsync(new WorkerInfo(id, new Uri("https://10.0.0.1:9080/"), null, "1.0", 256, IsDraining: false), 0, token);

        async Task<IEnumerable<string>> IdsAsync(string? cursor) =>
            (await server.Operator.GetAsync<Page<WorkerResource>>($"/v1/workers?cursor={cursor}")).Items.Select(static one => one.Id);
    }
}
