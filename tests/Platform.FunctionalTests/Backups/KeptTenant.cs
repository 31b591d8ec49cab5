using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Backups;

/// <summary>A tenant whose apps keep something of each kind, and write all the while: <c>vault</c> a variable and a secret, <c>values</c> key-value data, <c>rows</c> a database, <c>site</c> files.</summary>
internal sealed class KeptTenant(PlatformServer server, Tenant tenant)
{
    public const string Secret = "planted-secret-31f8";

    private const string OpenStore = """["key-value.Store.open","default"]""";
    private const string OpenDatabase = """["sqlite.Connection.open","default"]""";

    private int _values;
    private int _rows;

    /// <summary>How many writes of each kind were answered so far.</summary>
    public (int Values, int Rows) Answered => (Volatile.Read(ref _values), Volatile.Read(ref _rows));

    public Tenant Tenant => tenant;

    public static async Task<KeptTenant> CreateAsync(PlatformServer server)
    {
        var tenant = await server.CreateTenantAsync("acme");
        var kept = new KeptTenant(server, tenant);
        await PutAsync(tenant, "vault", "secrets/api_key", Secret);
        await PutAsync(tenant, "vault", "variables/greeting", "good evening");
        var calls = await File.ReadAllBytesAsync(Repository.Guest("js-calls"));
        var variables = Manifests.For("calls.wasm") + """

            [component.main.variables]
            greeting = "{{ greeting }}"
            api_key = "{{ api_key }}"

            [variables]
            greeting = { default = "hello" }
            api_key = { required = true, secret = true }
            """;
        await tenant.DeployManifestAsync("vault", variables, ("calls.wasm", calls));
        await tenant.DeployManifestAsync("values", With("""key_value_stores = ["default"]"""), ("calls.wasm", calls));
        await tenant.DeployManifestAsync("rows", With("""sqlite_databases = ["default"]"""), ("calls.wasm", calls));
        await tenant.DeployManifestAsync(
            "site", Manifests.For("files.wasm", files: """["notes/*.txt"]"""),
            ("files.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-files"))), ("notes/one.txt", "of the site\n"u8.ToArray()));
        await kept.CallAsync(
            "rows", $"""[{OpenDatabase},["$0.execute","CREATE TABLE one (n INTEGER PRIMARY KEY)",[]],["$0.execute","CREATE TABLE two (n INTEGER PRIMARY KEY, filler BLOB)",[]]]""");
        return kept;
    }

    /// <summary>Writes values and rows, one after the other, until it is told to end. Each transaction adds a row to both tables.</summary>
    public Task WriteUntilAsync(CancellationToken end) => Task.WhenAll(
        WriteAsync("values", n => $$"""[{{OpenStore}},["$0.set","k{{n}}",{"bytes":"v{{n}}"}]]""", () => Interlocked.Increment(ref _values), end),
        WriteAsync(
            "rows",
            n => $"""[{OpenDatabase},["$0.execute","BEGIN",[]],["$0.execute","INSERT INTO one VALUES ({n})",[]],["$0.execute","INSERT INTO two VALUES ({n}, zeroblob(5000))",[]],["$0.execute","COMMIT",[]]]""",
            () => Interlocked.Increment(ref _rows),
            end));

    /// <summary>Makes the database large, of what can't be compressed.</summary>
    public async Task GrowAsync(int megabytes)
    {
        await CallAsync("rows", $"""[{OpenDatabase},["$0.execute","CREATE TABLE bulk (filler BLOB)",[]]]""");
        for (var n = 0; n < megabytes; n += 4)
        {
            await CallAsync("rows", $"""[{OpenDatabase},["$0.execute","INSERT INTO bulk VALUES (randomblob({4 << 20}))",[]]]""");
        }
    }

    /// <summary>Everything that was answered before <paramref name="least"/> is there, whole.</summary>
    public async Task CheckAsync((int Values, int Rows) least)
    {
        Assert.Equal("\"good evening\"\n\"" + Secret + "\"\n", await CallAsync("vault", """[["config.get","greeting"],["variables.get","api_key"]]"""));

        var values = (await CallAsync("values", $"""[{OpenStore},["$0.getKeys"]]""")).Split('\n')[1];
        var keys = JsonNode.Parse(values)!.AsArray().Select(static key => key!.GetValue<string>()).ToHashSet();
        Assert.Subset(keys, Enumerable.Range(1, least.Values).Select(static n => string.Create(CultureInfo.InvariantCulture, $"k{n}")).ToHashSet());
        foreach (var n in (int[])[1, least.Values])
        {
            Assert.EndsWith($"{{\"bytes\":\"v{n}\"}}\n", await CallAsync("values", $"""[{OpenStore},["$0.get","k{n}"]]"""), StringComparison.Ordinal);
        }

        var rows = await CallAsync(
            "rows",
            $"""[{OpenDatabase},["$0.execute","SELECT (SELECT COUNT(*) FROM one), (SELECT COUNT(*) FROM two), (SELECT MAX(n) FROM two)",[]],["$0.execute","PRAGMA integrity_check",[]]]""");
        var counts = JsonNode.Parse(rows.Split('\n')[1])!["rows"]![0]!["values"]!.AsArray()
            .Select(static value => int.Parse(value!["val"]!["s64"]!.GetValue<string>(), CultureInfo.InvariantCulture)).ToList();
        Assert.True(counts[0] >= least.Rows, $"{counts[0]} rows of {least.Rows}");
        Assert.Equal([counts[0], counts[0], counts[0]], counts);
        Assert.Contains("\"ok\"", rows, StringComparison.Ordinal);

        using var site = await server.GetAppAsync(tenant.HostOf("site"), "/?cat=/notes/one.txt");
        Assert.Equal("of the site\n", await site.Content.ReadAsStringAsync());
    }

    /// <summary>Puts a value.</summary>
    public Task SetValueAsync(string key, string value) => CallAsync("values", $$"""[{{OpenStore}},["$0.set","{{key}}",{"bytes":"{{value}}"}]]""");

    /// <summary>Removes a value.</summary>
    public Task DeleteValueAsync(string key) => CallAsync("values", $"""[{OpenStore},["$0.delete","{key}"]]""");

    /// <summary>A value; null when there is none.</summary>
    public async Task<string?> GetValueAsync(string key) =>
        JsonNode.Parse((await CallAsync("values", $"""[{OpenStore},["$0.get","{key}"]]""")).Split('\n')[1])?["bytes"]?.GetValue<string>();

    /// <summary>How many values there are.</summary>
    public async Task<int> CountValuesAsync() => JsonNode.Parse((await CallAsync("values", $"""[{OpenStore},["$0.getKeys"]]""")).Split('\n')[1])!.AsArray().Count;

    /// <summary>Adds a row.</summary>
    public Task AddRowAsync() => CallAsync("rows", $"""[{OpenDatabase},["$0.execute","INSERT INTO one SELECT MAX(n) + 1 FROM one",[]]]""");

    /// <summary>How many rows there are.</summary>
    public async Task<int> CountRowsAsync() => int.Parse(
        JsonNode.Parse((await CallAsync("rows", $"""[{OpenDatabase},["$0.execute","SELECT COUNT(*) FROM one",[]]]""")).Split('\n')[1])!["rows"]![0]!["values"]![0]!["val"]!["s64"]!.GetValue<string>(),
        CultureInfo.InvariantCulture);

    /// <summary>The same tenant on another server.</summary>
    public KeptTenant On(PlatformServer other) => new(other, new Tenant(other, tenant.Name, tenant.Token));

    private static string With(string capability) => Manifests.For("calls.wasm").Replace("files = []", capability, StringComparison.Ordinal);

    private static async Task PutAsync(Tenant tenant, string app, string path, string value)
    {
        using var response = await tenant.ApiAsync(HttpMethod.Put, app, "/" + path, JsonContent.Create(new { value }));
        await PlatformServer.ExpectAsync(response, HttpStatusCode.NoContent);
    }

    private async Task WriteAsync(string app, Func<int, string> calls, Action answered, CancellationToken end)
    {
        for (var n = 1; !end.IsCancellationRequested; n++)
        {
            var answer = await CallAsync(app, calls(n));
            Assert.DoesNotContain("error", answer, StringComparison.OrdinalIgnoreCase);
            answered();
        }
    }

    private async Task<string> CallAsync(string app, string calls)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(calls) };
        using var response = await server.SendToAppAsync(request, tenant.HostOf(app));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{app}: {text}");
        return text;
    }
}
