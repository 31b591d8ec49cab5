using System.Net;
using Platform.Contracts.Api;
using Platform.Contracts.Logs;
using Platform.Contracts.Requests;
using Platform.Control.Requests;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Requests;

public class RequestTests
{
    private const string Requests = "/v1/tenants/acme/apps/web/requests";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Trap_PageOfTheRequest_HasAllOfItWithItsLines(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var record = Record("r1", outcome: "trap", status: 500) with
        {
            Path = "/a\0\ud800" + new string('x', 32 << 10),
            Receipt = new RequestReceipt(1, 1, 123, 456, 7, 8, IsCold: true),
            Trap = "unreachable\nwasm backtrace:\n  0: handle",
            TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
            Spans = [new("request", 0, 100, null), new("GET", 10, 20, 0, new Dictionary<string, string> { ["server.address"] = "example.com" })],
            SpansLeftOut = 3,
        };
        server.Logs.Write([Line("r1", "one"), Line("r2", "another's"), Line("r1", "two")]);

        // As a worker does that doesn't know whether it arrived.
        server.Get<IRequestSink>().Write(record);
        server.Get<IRequestSink>().Write(record);
        await UntilAsync(async () => (await owner.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs")).Items.Count == 3);
        await UntilAsync(async () => (await owner.GetAsync<Page<RequestResource>>(Requests)).Items.Count > 0);

        var listed = Assert.Single((await owner.GetAsync<Page<RequestResource>>(Requests)).Items);
        Assert.Equal(("r1", "GET", 1, "default", 500, "trap", 100L), (listed.Id, listed.Method, listed.Version, listed.Component, listed.Status, listed.Outcome, listed.WallUs));
        Assert.Equal(2048, listed.Path.Length);
        Assert.StartsWith("/a\uFFFD\uFFFDxxx", listed.Path, StringComparison.Ordinal);
        Assert.Equal(record.Receipt, listed.Receipt);
        var details = await owner.GetAsync<RequestDetailsResource>(Requests + "/r1");
        Assert.Equal((record.Trap, record.TraceId, record.Route, 3), (details.Trap, details.TraceId, details.Route, details.SpansLeftOut));
        Assert.Equal(["one", "two"], details.Log.Select(static line => line.Text));
        Assert.Equal(2, details.Spans.Count);
        Assert.Equal((10, 20, 0, "example.com"), (details.Spans[1].StartUs, details.Spans[1].DurationUs, details.Spans[1].Parent, details.Spans[1].Attributes!["server.address"]));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task List_Filtered_IsNewestFirstPageByPage(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await owner.DeployAsync("acme", "api", Api.Wasm());
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < 30; i++)
        {
            server.Get<IRequestSink>().Write(Record($"r{i}", outcome: i % 3 == 0 ? "trap" : "2xx", version: 1 + (i % 2), time: now.AddMinutes(i - 30)));
        }

        server.Get<IRequestSink>().Write(Record("other", app: "api"));
        server.Get<IRequestSink>().Write(Record("none", app: "none"));
        await UntilAsync(async () => (await owner.GetAsync<Page<RequestResource>>(Requests)).Items.Count == 30);

        var first = await owner.GetAsync<Page<RequestResource>>(Requests + "?outcome=trap&limit=4");
        var second = await owner.GetAsync<Page<RequestResource>>($"{Requests}?outcome=trap&limit=100&cursor={first.Cursor}");
        Assert.Equal(["r27", "r24", "r21", "r18", "r15", "r12", "r9", "r6", "r3", "r0"], first.Items.Concat(second.Items).Select(static one => one.Id));
        Assert.Null(second.Cursor);
        var version = await owner.GetAsync<Page<RequestResource>>(Requests + "?version=2");
        Assert.Equal(15, version.Items.Count);
        var time = await owner.GetAsync<Page<RequestResource>>($"{Requests}?from={Text(now.AddMinutes(-10))}&to={Text(now.AddMinutes(-5))}");
        Assert.Equal(["r24", "r23", "r22", "r21", "r20"], time.Items.Select(static one => one.Id));
        using var unknown = await owner.GetAsync(Requests + "?outcome=bad");
        await unknown.ProblemAsync(400, "invalid-request");
        using var foreign = await owner.GetAsync($"/v1/tenants/acme/apps/api/requests?cursor={first.Cursor}");
        await foreign.ProblemAsync(400, "invalid-cursor");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Request_OfAnotherTenantOrNoneOrAHostileId_IsNotFound(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await other.DeployAsync("other", "web", Api.Wasm());
        server.Get<IRequestSink>().Write(Record("r1"));
        await UntilAsync(async () => (await owner.GetAsync<Page<RequestResource>>(Requests)).Items.Count == 1);

        foreach (var (client, path) in new[]
        {
            (other, Requests + "/r1"), (other, Requests), (other, "/v1/tenants/other/apps/web/requests/r1"), (owner, Requests + "/r2"), (owner, Requests + "/r1%01"), (owner, Requests + "/" + new string('r', 500)),
        })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Requests_OldBeyondTheShareOrOfAPurgedApp_Go(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, static options => options with { RequestBytesPerApp = 3 * 230 }, time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var store = server.Get<RequestStore>();
        server.Get<IRequestSink>().Write(Record("old", time: time.GetUtcNow()));
        await UntilAsync(async () => (await owner.GetAsync<Page<RequestResource>>(Requests)).Items.Count == 1);
        time.Advance(TimeSpan.FromDays(8.5));
        await store.SweepAsync(CancellationToken.None);
        Assert.Empty((await owner.GetAsync<Page<RequestResource>>(Requests)).Items);

        for (var i = 0; i < 9; i++)
        {
            server.Get<IRequestSink>().Write(Record($"r{i}", time: time.GetUtcNow()));
        }

        await UntilAsync(async () => (await owner.GetAsync<Page<RequestResource>>(Requests)).Items is [{ Id: "r8" }, ..]);
        await store.SweepAsync(CancellationToken.None);
        Assert.Equal(["r8", "r7", "r6"], (await owner.GetAsync<Page<RequestResource>>(Requests)).Items.Select(static one => one.Id));

        var app = server.Snapshot.Apps.Single().Value.Id;
        using var deleted = await owner.DeleteAsync("/v1/tenants/acme/apps/web?purge=true");
        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Empty(await store.ListAsync(new TenantScope(1, "acme"), app, default, long.MaxValue, 10, CancellationToken.None));
    }

    private static RequestRecord Record(string id, string app = "web", string outcome = "2xx", int status = 200, int version = 1, DateTimeOffset? time = null) => new(
        "acme", app, time ?? DateTimeOffset.UtcNow, id, version, "default", "GET", "/", "/...", status, outcome, 100, null, null, null, [], 0);

    private static AppLogRecord Line(string request, string text) => new("acme", "web", DateTimeOffset.UtcNow, 1, "default", request, "stdout", text);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(20, timeout.Token);
        }
    }

    private static string Text(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("o", null));
}
