using System.Net.Http.Headers;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Variables;

public class VariableTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    public static TheoryData<string> BadNames =>
    [
        "A", "a-b", "a__b", "_a", "a_", "1a", "a.b", "a b", "a%2Fb", "..%2F..%2Fsecrets%2Fkey", "%2e%2e%2f", "a%00b", "%C3%A4", "\u0430", "a'%20OR%20'1'='1", "a%0A", new string('a', 65),
    ];

    [Theory, MemberData(nameof(Dialects))]
    public async Task Variable_SetReadChangedDeleted_IsWhatWorkersAreGiven(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var developer = await server.CreateTokenAsync("acme", TokenRole.Developer);
        var viewer = await server.CreateTokenAsync("acme", TokenRole.Viewer);

        await developer.SetAsync("variables/greeting", "hello, wörld \0 \"'--");
        await developer.SetAsync("variables/api_host", "");
        Assert.Equal(["api_host=", "greeting=hello, wörld \0 \"'--"], server.Live());
        var one = await viewer.GetAsync<VariableResource>($"{Values.App}/variables/greeting");
        Assert.Equal(("greeting", "hello, wörld \0 \"'--", "token:2"), (one.Name, one.Value, one.UpdatedBy));
        Assert.InRange(one.Updated, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        await owner.SetAsync("variables/greeting", "again");
        Assert.Equal(["greeting=again", "api_host="], await viewer.ListAsync<VariableResource>("variables", static v => $"{v.Name}={v.Value}"));
        Assert.Equal(["greeting:token:1", "api_host:token:2"], await viewer.ListAsync<VariableResource>("variables", static v => $"{v.Name}:{v.UpdatedBy}"));
        using var deleted = await developer.DeleteAsync($"{Values.App}/variables/api_host");
        using var missing = await developer.DeleteAsync($"{Values.App}/variables/api_host");
        using var unread = await viewer.GetAsync($"{Values.App}/variables/api_host");

        Assert.Equal(204, (int)deleted.StatusCode);
        await missing.ProblemAsync(404, "not-found");
        await unread.ProblemAsync(404, "not-found");
        Assert.Equal(["greeting=again"], server.Live());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task List_Pages_AreBoundToTheirAppAndKind(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        foreach (var name in (string[])["one", "two", "three"])
        {
            await owner.SetAsync($"variables/{name}", name);
        }

        await owner.SetAsync("secrets/four", "4");
        await owner.SetAsync("/v1/tenants/acme/apps/other/variables/five", "5");

        var first = await owner.GetAsync<Page<VariableResource>>($"{Values.App}/variables?limit=2");
        var second = await owner.GetAsync<Page<VariableResource>>($"{Values.App}/variables?limit=2&cursor={first.Cursor}");
        using var kind = await owner.GetAsync($"{Values.App}/secrets?cursor={first.Cursor}");
        using var app = await owner.GetAsync($"/v1/tenants/acme/apps/other/variables?cursor={first.Cursor}");

        Assert.Equal(["one", "two", "three"], first.Items.Concat(second.Items).Select(static v => v.Name));
        Assert.Null(second.Cursor);
        await kind.ProblemAsync(400, "invalid-cursor");
        await app.ProblemAsync(400, "invalid-cursor");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_OfAnAppThatIsNotThere_MakesItWithoutAVersion(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var none = await owner.GetAsync($"{Values.App}/variables");
        using var unmatched = await owner.PutAsync("variables/greeting", "hello", "\"1\"");
        Assert.Empty(server.Snapshot.Apps);

        await owner.SetAsync("variables/greeting", "hello");

        await none.ProblemAsync(404, "not-found");
        await unmatched.ProblemAsync(404, "not-found");
        Assert.Null((await owner.GetAsync<AppResource>(Values.App)).Version);
        Assert.Equal(["greeting=hello"], server.Live());
        var entries = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items;
        Assert.Equal(["variable.set", "app.create"], entries.Take(2).Select(static entry => entry.Action));
        Assert.Equal(["apps/web/variables/greeting", "apps/web"], entries.Take(2).Select(static entry => entry.Target));
        Assert.Equal(1, (await owner.DeployAsync("acme", "web", Api.Wasm())).Version);
        Assert.Equal(["greeting=hello"], server.Live());
    }

    [Theory, MemberData(nameof(BadNames))]
    public async Task Name_NotOfTheGrammar_IsInvalidAndMakesNothing(string name)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        foreach (var kind in (string[])["variables", "secrets"])
        {
            using var put = await owner.PutAsync($"{kind}/{name}", "x");
            using var deleted = await owner.DeleteAsync($"{Values.App}/{kind}/{name}");

            // NUL and traversal don't get past the server and its routing.
            Assert.Contains((int)put.StatusCode, new[] { 400, 404 });
            Assert.Contains((int)deleted.StatusCode, new[] { 400, 404 });
        }

        Assert.Empty(server.Snapshot.Apps);
    }

    [Fact]
    public async Task Name_NotOfTheGrammar_SaysTheGrammar()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var put = await owner.PutAsync("variables/API-KEY", "x");
        using var read = await owner.GetAsync($"{Values.App}/variables/API-KEY");

        Assert.Contains("lower-case letters", await put.ProblemAsync(400, "invalid-name"), StringComparison.Ordinal);
        await read.ProblemAsync(400, "invalid-name");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Value_OfFiveKibibytesInUtf8_IsTakenAndOneByteMoreIsNot(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var longest = string.Concat(Enumerable.Repeat("ä", 2560));

        await owner.SetAsync("variables/wide", longest);
        await owner.SetAsync("secrets/controls", new string('\u0001', 5120));
        using var variable = await owner.PutAsync("variables/wide", longest + "x");
        using var secret = await owner.PutAsync("secrets/controls", new string('x', 5121));

        Assert.Contains("5121 bytes", await variable.ProblemAsync(413, "too-large"), StringComparison.Ordinal);
        await secret.ProblemAsync(413, "too-large");
        Assert.Equal(longest, (await owner.GetAsync<VariableResource>($"{Values.App}/variables/wide")).Value);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"value\":null}")]
    [InlineData("{\"value\":1}")]
    [InlineData("{\"value\":\"\\ud800\"}")]
    [InlineData("{\"value\":\"planted-secret\",\"name\":\"x\"}")]
    [InlineData("{\"value\":\"planted-secret\",\"value\":\"y\"}")]
    [InlineData("\"planted-secret\"")]
    [InlineData("")]
    public async Task Body_NotWhatItTakes_IsInvalidWithoutTheValue(string body)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PutAsync(new Uri($"{Values.App}/secrets/key", UriKind.Relative), new StringContent(body, new MediaTypeHeaderValue("application/json")));

        Assert.DoesNotContain("planted-secret", await response.ProblemAsync(400, "invalid-request"), StringComparison.Ordinal);
        Assert.Empty(server.Snapshot.Apps);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Values_SetAtOnceByMany_AreSixtyFourAndNotOneMore(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        var statuses = await Task.WhenAll(Enumerable.Range(0, 80).Select(async i =>
        {
            using var response = await owner.PutAsync($"{(i % 2 == 0 ? "variables" : "secrets")}/name{i}", $"{i}");
            return (int)response.StatusCode;
        }));

        Assert.Equal(64, statuses.Count(static status => status == 204));
        Assert.Equal(16, statuses.Count(static status => status == 422));
        Assert.Equal(64, server.Live().Count());
        using var more = await owner.PutAsync("variables/more", "x");
        Assert.Contains("at most 64", await more.ProblemAsync(422, "too-many-variables"), StringComparison.Ordinal);
        var known = server.Live().First().Split('=')[0];
        await owner.SetAsync($"secrets/{known}", "changed, not added");
        Assert.Equal(64, server.Live().Count());
        Assert.Single((await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps")).Items);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task IfMatch_OfAnotherRevision_ChangesNothing(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var first = await owner.SetAsync("variables/greeting", "one");
        using var read = await owner.GetAsync($"{Values.App}/variables/greeting");
        Assert.Equal(first, read.Headers.ETag);

        using var second = await owner.PutAsync("variables/greeting", "two", first.Tag);
        using var stale = await owner.PutAsync("variables/greeting", "three", first.Tag);
        using var weak = await owner.PutAsync("variables/greeting", "three", "W/" + second.Headers.ETag!.Tag);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, $"{Values.App}/variables/greeting") { Headers = { { "If-Match", first.Tag } } };
        using var undeleted = await owner.SendAsync(delete);

        Assert.Equal(204, (int)second.StatusCode);
        await stale.ProblemAsync(412, "precondition-failed");
        await weak.ProblemAsync(412, "precondition-failed");
        await undeleted.ProblemAsync(412, "precondition-failed");
        Assert.Equal(["greeting=two"], server.Live());

        // Made anew it is another one, though it never changed since.
        using var deleted = await owner.DeleteAsync($"{Values.App}/variables/greeting");
        Assert.NotEqual(first, await owner.SetAsync("variables/greeting", "one"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task AnotherTenant_WithAnAppOfTheName_SeesAndChangesItsOwnOnly(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await owner.SetAsync("variables/greeting", "hello");
        await owner.SetAsync("secrets/key", "hidden");

        using var read = await other.GetAsync($"{Values.App}/variables/greeting");
        using var written = await other.PutAsync("variables/greeting", "x");
        await other.SetAsync("/v1/tenants/other/apps/web/variables/own", "mine");
        using var deleted = await other.DeleteAsync("/v1/tenants/other/apps/web/variables/greeting");

        await read.ProblemAsync(404, "not-found");
        await written.ProblemAsync(404, "not-found");
        await deleted.ProblemAsync(404, "not-found");
        Assert.Equal(["greeting=hello", "key=hidden"], server.Live());
        Assert.Equal("mine", Assert.Single(server.Snapshot.Apps[new AppKey("other", "web")].Configuration.Values).Value);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task App_DeletedAndMadeAnew_HasNothingOfTheOldOne(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("variables/greeting", "hello");
        using var deleted = await owner.DeleteAsync($"{Values.App}?purge=true");
        Assert.Equal(204, (int)deleted.StatusCode);

        await owner.DeployAsync("acme", "web", Api.Wasm());

        Assert.Empty(server.Live());
        Assert.Empty((await owner.GetAsync<Page<VariableResource>>($"{Values.App}/variables")).Items);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Snapshot_OfAnotherProcess_FollowsWithinItsTurnAndKeepsTheObjectWhileNothingChanges(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("variables/greeting", "hello");
        await using var second = await server.StartAnotherAsync();
        var before = second.Snapshot;
        var configuration = server.Snapshot.Apps[new AppKey("acme", "web")].Configuration;

        await owner.DeployAsync("acme", "web", Api.Wasm());
        Assert.Same(configuration, server.Snapshot.Apps[new AppKey("acme", "web")].Configuration);
        await owner.SetAsync("variables/greeting", "changed");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!second.Live().SequenceEqual(["greeting=changed"]))
        {
            await second.Get<ISnapshotSource>().WaitForOtherAsync(before, patience.Token);
            before = second.Snapshot;
        }
    }
}
