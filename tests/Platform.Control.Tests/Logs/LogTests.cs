using System.Net.ServerSentEvents;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Contracts.Api;
using Platform.Contracts.Logs;
using Platform.Contracts.Snapshots;
using Platform.Control.Logs;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Logs;

public class LogTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Get_WrittenLines_AreNewestFirstPageByPage(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await owner.DeployAsync("acme", "api", Api.Wasm());

        server.Logs.Write([Line("web", "one"), Line("api", "elsewhere"), Line("web", "two \0 \ud800 é")]);
        server.Logs.Write([Line("web", "three"), Line("none", "of no app")]);
        await UntilStoredAsync(owner, 3);

        var first = await owner.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs?limit=2");
        var second = await owner.GetAsync<Page<LogLineResource>>($"/v1/tenants/acme/apps/web/logs?limit=2&cursor={first.Cursor}");
        Assert.Equal(["three", "two \uFFFD \uFFFD é"], first.Items.Select(line => line.Text));
        Assert.Equal("one", Assert.Single(second.Items).Text);
        Assert.Null(second.Cursor);
        Assert.Equal(("default", "stdout", "req", 1), (first.Items[0].Component, first.Items[0].Stream, first.Items[0].RequestId, first.Items[0].Version));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Follow_LinesBeforeAndAfter_ComeOnceInOrder(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write([Line("web", "before")]);
        await UntilStoredAsync(owner, 1);

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await FollowAsync(owner, null);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var events = Lines(response).GetAsyncEnumerator(timeout.Token);
        Assert.Equal("before", (await NextAsync(events)).Text);
        for (var i = 0; i < 500; i++)
        {
            server.Logs.Write([Line("web", $"{i}")]);
        }

        LogLineResource? last = null;
        for (var i = 0; i < 500; i++)
        {
            last = await NextAsync(events);
            Assert.Equal($"{i}", last.Text);
        }

        using var resumed = await FollowAsync(owner, $"{last!.Id - 1}");
        await using var rest = Lines(resumed).GetAsyncEnumerator(timeout.Token);
        Assert.Equal("499", (await NextAsync(rest)).Text);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Lines_Filtered_AreThoseAskedForInPagesAndWhenFollowed(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write(
        [
            Line("web", "GET /a_b 100%"), Line("web", "get /axb 1000") with { Stream = "stderr" }, Line("web", "a trap") with { Stream = "platform", RequestId = "other" }, Line("web", "back\\slash") with { Version = 2 },
        ]);
        await UntilStoredAsync(owner, 4);

        foreach (var (query, expected) in new (string, string[])[]
        {
            ("text=get", ["get /axb 1000", "GET /a_b 100%"]), ("text=A_B", ["GET /a_b 100%"]), ("text=100%25", ["GET /a_b 100%"]), ("text=%5C", ["back\\slash"]), ("level=error", ["get /axb 1000"]), ("level=info&version=2", ["back\\slash"]),
            ("level=platform", ["a trap"]), ("requestId=other", ["a trap"]), ("requestId=none", []), ("text=nothing", []),
        })
        {
            var page = await owner.GetAsync<Page<LogLineResource>>($"/v1/tenants/acme/apps/web/logs?{query}");
            Assert.Equal((query, string.Join('|', expected)), (query, string.Join('|', page.Items.Select(static line => line.Text))));
        }

        foreach (var wrong in new[] { "level=fatal", "text=%00", "text=" + new string('x', 201) })
        {
            using var refused = await owner.GetAsync($"/v1/tenants/acme/apps/web/logs?{wrong}");
            await refused.ProblemAsync(400, "invalid-request");
        }

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await FollowAsync(owner, null, "&level=error&text=get");
        await using var events = Lines(response).GetAsyncEnumerator(timeout.Token);
        Assert.Equal("get /axb 1000", (await NextAsync(events)).Text);
        for (var i = 0; i < 300; i++)
        {
            server.Logs.Write([Line("web", $"get {i}") with { Stream = i % 100 == 0 ? "stderr" : "stdout" }]);
        }

        foreach (var i in new[] { 0, 100, 200 })
        {
            Assert.Equal($"get {i}", (await NextAsync(events)).Text);
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Follow_FarBehind_GoesOnAtTheNewestAndIsToldHowManyItMisses(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write([.. Enumerable.Range(1, 6000).Select(static i => Line("web", $"{i}"))]);
        await UntilStoredAsync(owner, 1, newest: "6000");

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await FollowAsync(owner, "1");
        var (lines, missed) = (new List<string>(), 0);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync(timeout.Token))
        {
            if (item.EventType == "message")
            {
                lines.Add(JsonSerializer.Deserialize<LogLineResource>(item.Data, JsonSerializerOptions.Web)!.Text);
            }
            else if (item.EventType == "dropped")
            {
                missed += JsonDocument.Parse(item.Data).RootElement.GetProperty("lines").GetInt32();
            }

            if (lines.Count > 0 && lines[^1] == "6000")
            {
                break;
            }
        }

        // Those from the second on, but for what it misses: it had 200, and has the newest 200.
        Assert.Equal((400, 5599), (lines.Count, missed));
    }

    [Fact]
    public async Task Follow_LinesThatAreNotStored_AreTold()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await FollowAsync(owner, null);
        await using var events = SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync(timeout.Token).GetAsyncEnumerator(timeout.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("ping", events.Current.EventType);

        // As the writer does of a flood.
        var app = server.Snapshot.Apps.Values.Single().Id;
        for (var i = 0; i < 3; i++)
        {
            server.Get<LogSignals>().Dropped(app, 1);
        }

        // As workers say of what they couldn't hand over; of another app, and of one that is none, nobody here is told.
        server.Get<ILostLines>().Lost(new AppKey("acme", "web"), 40);
        server.Get<ILostLines>().Lost(new AppKey("acme", "none"), 500);
        server.Get<ILostLines>().Lost(new AppKey("acme", "web"), -7);
        server.Get<LogSignals>().Wake(app);
        var told = 0;
        while (told < 43 && await events.MoveNextAsync())
        {
            told += events.Current.EventType == "dropped" ? JsonDocument.Parse(events.Current.Data).RootElement.GetProperty("lines").GetInt32() : 0;
        }

        Assert.Equal(43, told);
    }

    [Fact]
    public async Task Follow_WhileAnotherControlPlaneIsAddingALine_PassesNoLineBy()
    {
        await using var server = await ControlServer.StartAsync(Dialect.Postgres);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write([Line("web", "first")]);
        await UntilStoredAsync(owner, 1);
        using var response = await FollowAsync(owner, null);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var events = Lines(response).GetAsyncEnumerator(timeout.Token);
        Assert.Equal("first", (await NextAsync(events)).Text);

        await using var other = new NpgsqlConnection(server.Store.PostgresConnectionString);
        await other.OpenAsync(timeout.Token);
        await using var transaction = await other.BeginTransactionAsync(timeout.Token);
        await other.ExecuteAsync("SELECT pg_advisory_xact_lock(@lock)", new { @lock = LogStore.AppendLock });
        await other.ExecuteAsync("INSERT INTO app_logs (tenant_id, app_id, time, version, component, request_id, stream, text, size) SELECT tenant_id, app_id, time, version, component, request_id, stream, 'slow', size FROM app_logs");
        server.Logs.Write([Line("web", "fast")]);
        while (await other.ExecuteScalarAsync<long>("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = @lock AND NOT l.granted", new { @lock = LogStore.AppendLock }) == 0)
        {
            await Task.Delay(20, timeout.Token);
        }

        await transaction.CommitAsync(timeout.Token);
        Assert.Equal("slow", (await NextAsync(events)).Text);
        Assert.Equal("fast", (await NextAsync(events)).Text);
    }

    [Fact]
    public async Task Follow_TokenRevoked_Ends()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var viewer = await server.CreateTokenAsync("acme", TokenRole.Viewer);
        using var response = await FollowAsync(viewer, null);
        var id = (await owner.GetAsync<Page<TokenResource>>("/v1/tenants/acme/tokens")).Items.Single(token => token.Role == TokenRole.Viewer).Id;

        using var deleted = await owner.DeleteAsync($"/v1/tenants/acme/tokens/{id}");

        await response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Follow_ServerStops_EndsAndDoesNotHoldTheStop()
    {
        var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var response = await FollowAsync(owner, null);

        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        await response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Restart_LinesOfTheLastMoment_AreStored(Dialect dialect)
    {
        var first = await ControlServer.StartAsync(dialect);
        var owner = await first.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        first.Logs.Write([.. Enumerable.Range(0, 2500).Select(i => Line("web", $"{i}"))]);

        await using var second = await first.RestartAsync();

        var page = await second.Operator.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs?limit=1");
        Assert.Equal("2499", page.Items.Single().Text);
    }

    [Fact]
    public async Task Write_AFloodOfOneApp_IsDroppedBeyondItsShareAndOthersStillGetIn()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await owner.DeployAsync("acme", "api", Api.Wasm());
        var flood = Enumerable.Range(0, 2000).Select(_ => Line("web", new string('x', 30_000))).ToArray();

        // A writer that has not started keeps everything waiting, as one behind a slow disk does.
        using var writer = ActivatorUtilities.CreateInstance<LogWriter>(server.Get<IServiceProvider>());
        writer.Write(flood);
        writer.Write([Line("api", "still here")]);
        await writer.StartAsync(CancellationToken.None);
        await UntilStoredAsync(owner, 1, "api");
        await writer.StopAsync(CancellationToken.None);

        var stored = await server.Get<LogStore>().ReadBackAsync(new TenantScope(1, "acme"), 1, default, long.MaxValue, 3000, CancellationToken.None);

        // A third of 16 MiB.
        Assert.InRange(stored.Count, 180, 185);
    }

    [Fact]
    public async Task Write_AFloodOfAllAppsOfATenant_LeavesRoomForOthers()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        string[] apps = ["app-a", "app-b", "app-c", "app-d", "app-e"];
        foreach (var app in apps)
        {
            await owner.DeployAsync("acme", app, Api.Wasm());
        }

        var other = await server.CreateTenantAsync("other");
        await other.DeployAsync("other", "web", Api.Wasm());
        var text = new string('x', 30_000);
        using var writer = ActivatorUtilities.CreateInstance<LogWriter>(server.Get<IServiceProvider>());
        foreach (var app in apps)
        {
            // Long ones, and short ones that fit where no long one does.
            writer.Write([.. Enumerable.Repeat(Line(app, text), 600), .. Enumerable.Repeat(Line(app, "x"), 600)]);
        }

        writer.Write([Line("web", "still here") with { Tenant = "other" }]);
        await writer.StartAsync(CancellationToken.None);
        await UntilStoredAsync(owner, 1, apps[0]);

        // Stores the rest.
        await writer.StopAsync(CancellationToken.None);

        Assert.Equal("still here", Assert.Single((await other.GetAsync<Page<LogLineResource>>("/v1/tenants/other/apps/web/logs")).Items).Text);
    }

    /// <summary>A line of no text has a row all the same, and entries in indexes.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_EmptyLines_CountAsTheRowsTheyAre(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect, static options => options with { LogBytesPerApp = 20_000 });
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write([.. Enumerable.Range(0, 1000).Select(static _ => Line("web", "")), Line("web", "last")]);
        await UntilStoredAsync(owner, 1, newest: "last");

        var store = server.Get<LogStore>();
        await store.SweepAsync(CancellationToken.None);

        Assert.InRange((await store.ReadBackAsync(new TenantScope(1, "acme"), 1, default, long.MaxValue, 2000, CancellationToken.None)).Count, 50, 100);
    }

    /// <summary>Lines wait at their worker while no control plane is there. What no clock can have meant is put to now: of it there would be partitions that retention reaches at once, or never.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public async Task Write_LinesThatWaited_KeepTheirTime(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var began = DateTimeOffset.UtcNow;
        TimeSpan[] kept = [TimeSpan.FromHours(-2), TimeSpan.FromDays(-2), TimeSpan.FromDays(-6.9), TimeSpan.FromMinutes(50)];
        TimeSpan[] off = [TimeSpan.FromDays(-7), TimeSpan.FromDays(-20_000), TimeSpan.FromHours(2), TimeSpan.FromDays(10_000)];
        server.Logs.Write([.. kept.Concat(off).Select(by => Line("web", $"{by}") with { Time = began + by })]);
        await UntilStoredAsync(owner, kept.Length + off.Length);

        var lines = (await owner.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs")).Items.ToDictionary(static line => line.Text, static line => line.Time);
        Assert.All(kept, by => Assert.Equal((by, (began + by).ToUnixTimeMilliseconds()), (by, lines[$"{by}"].ToUnixTimeMilliseconds())));
        Assert.All(off, by => Assert.InRange(lines[$"{by}"], began.AddMilliseconds(-1), DateTimeOffset.UtcNow));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Lines_SearchedByLettersBeyondAscii_AreFound(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write([Line("web", "Viel Ärger um Straßen"), Line("web", "ÇA VA")]);
        await UntilStoredAsync(owner, 2);

        foreach (var (text, found) in new[] { ("Ärger", "Viel Ärger um Straßen"), ("viel Ä", "Viel Ärger um Straßen"), ("STRAßEN", "Viel Ärger um Straßen"), ("Ça va", "ÇA VA") })
        {
            var page = await owner.GetAsync<Page<LogLineResource>>($"/v1/tenants/acme/apps/web/logs?text={Uri.EscapeDataString(text)}");
            Assert.Equal((text, found), (text, Assert.Single(page.Items).Text));
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_OldLinesAndBeyondTheAppsShare_AreDropped(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, options => options with { LogBytesPerApp = 3 * 230 }, time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var store = server.Get<LogStore>();
        server.Logs.Write([Line("web", "an old line", time)]);
        await UntilStoredAsync(owner, 1);

        time.Advance(TimeSpan.FromDays(6));
        await store.SweepAsync(CancellationToken.None);
        Assert.Single((await owner.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs")).Items);
        time.Advance(TimeSpan.FromDays(2.5));
        server.Logs.Write([.. Enumerable.Range(0, 9).Select(i => Line("web", $"123456789-{i}", time))]);

        // The sweep that the clock's advance began may be under way too, so only the newest line is sure to be seen.
        await UntilStoredAsync(owner, 1, newest: "123456789-8");
        await store.SweepAsync(CancellationToken.None);

        var left = await owner.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs");
        Assert.Equal(3, left.Items.Count);
        Assert.EndsWith("8", left.Items[0].Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Get_AppMadeAnewUnderTheName_HasNoneOfTheOldLines(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Logs.Write([Line("web", "secret of the old one")]);
        await UntilStoredAsync(owner, 1);
        using var deleted = await server.Operator.DeleteAsync("/v1/tenants/acme?purge=true");

        var heir = await server.CreateTenantAsync("acme");
        await heir.DeployAsync("acme", "web", Api.Wasm());

        Assert.Empty((await heir.GetAsync<Page<LogLineResource>>("/v1/tenants/acme/apps/web/logs")).Items);
    }

    private static AppLogRecord Line(string app, string text, TimeProvider? time = null) =>
        new("acme", app, (time ?? TimeProvider.System).GetUtcNow(), 1, "default", "req", "stdout", text);

    private static async Task UntilStoredAsync(HttpClient client, int count, string app = "web", string? newest = null)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var lines = (await client.GetAsync<Page<LogLineResource>>($"/v1/tenants/acme/apps/{app}/logs?limit=200")).Items;
            if (lines.Count >= count && (newest is null || lines[0].Text == newest))
            {
                return;
            }

            await Task.Delay(20, timeout.Token);
        }
    }

    private static Task<HttpResponseMessage> FollowAsync(HttpClient client, string? lastEventId, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/tenants/acme/apps/web/logs?follow=true" + query);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async IAsyncEnumerable<LogLineResource> Lines(HttpResponseMessage response)
    {
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            if (item.EventType == "message")
            {
                var line = JsonSerializer.Deserialize<LogLineResource>(item.Data, JsonSerializerOptions.Web)!;
                Assert.Equal($"{line.Id}", item.EventId);
                yield return line;
            }
        }
    }

    private static async Task<LogLineResource> NextAsync(IAsyncEnumerator<LogLineResource> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        return events.Current;
    }
}
