using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Observing;
using Platform.Testing;

namespace Platform.FunctionalTests.Secrets;

/// <summary>
/// Attack B19 on what the stores are reached with: passwords in the connection strings of PostgreSQL and Redis, with the stores there, with a wrong password, and gone while everything is called. Neither they nor anything else
/// that was planted may be seen, and who calls learns neither where the stores are nor what the platform is made of.
/// </summary>
public sealed class StoreSecretTests : IDisposable
{
    private const string OpenStore = """["key-value.Store.open","default"]""";

    private readonly TemporaryDirectory _directory = new();
    private readonly Plants _plants = new();

    private string Data => _directory.Combine("data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Passwords_WhileTheStoresAreThereAndWhenTheyAreGone_AreNowhere()
    {
        var user = _plants.Plant("the database and its user", Seen.Console);
        await using var postgres = await PostgresServer.StartAsync();
        await using var redis = await RedisServer.StartAsync(password: _plants.Plant("the password of Redis"));
        await using var collector = OtlpCollector.Start();
        var settings = new Dictionary<string, string>(collector.Settings)
        {
            ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync(user, _plants.Plant("the password of PostgreSQL")),
            ["ConnectionStrings__Redis"] = redis.ConnectionString + ",connectTimeout=1000,syncTimeout=1000,asyncTimeout=1000",
            ["Platform__Control__RequestsPerMinute"] = "1000000",
            ["Platform__Control__AnonymousRequestsPerMinute"] = "1000000",
            ["Platform__Worker__CompileTimeout"] = "00:01:50",
        };
        await using var platform = await PlatformServer.StartAsync(Data, settings: settings, compiled: "js-calls");
        _plants.Issued(platform.OperatorToken, "the operator's token");
        var tenant = await platform.CreateTenantAsync("acme");
        _plants.Issued(tenant.Token, "a token");
        await tenant.DeployAsync("hello", "c-hello");
        await DeployAsync(tenant);
        var document = JsonNode.Parse(await platform.Http.GetStringAsync("/openapi/v1.json"))!.AsObject();
        var calls = new HostileCalls(platform, document, _plants) { Answered = (what, status, body) => RequireNothingOfStores(what, status, body, postgres.Port, redis.Port) };

        // All is there.
        Assert.EndsWith("null\n", await UseValuesAsync(tenant), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync(tenant));
        await calls.ReadAllAsync("while the stores are there");
        await ReadPagesAsync(platform, "while the stores are there");
        await HostCommand.RunAsync(settings, "backup", "--to", _directory.Combine("backup"), "--data-dir", Data, "--with-keys", "true");

        // Redis is gone: what rests on it says so, the rest goes on.
        await redis.DisposeAsync();
        Assert.Contains("the key-value store can't be reached now; try again", await UseValuesAsync(tenant), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PublishAsync(tenant));
        await tenant.ExpectHelloAsync("hello");
        await calls.ReadAllAsync("without Redis");

        // PostgreSQL too: every operation, by the operator and by who guesses.
        await postgres.DisposeAsync();
        calls.Statuses.Clear();
        await calls.CallAllAsync();
        await calls.GuessAsync();
        await ReadPagesAsync(platform, "without stores");
        await tenant.ExpectHelloAsync("hello");
        Assert.Contains("the key-value store can't be reached now; try again", await UseValuesAsync(tenant), StringComparison.Ordinal);
        foreach (var command in (string[][])
        [
            ["backup", "--to", _directory.Combine("later"), "--data-dir", Data], ["restore", "--from", _directory.Combine("backup"), "--data-dir", _directory.Combine("restored")],
            ["rotate-master-key", "--data-dir", _directory.Combine("restored")],
        ])
        {
            Assert.Contains("ConnectionStrings:", await CommandAsync(settings, command), StringComparison.Ordinal);
        }

        await platform.StopAsync();
        Assert.True(calls.Statuses.GetValueOrDefault(503) > 200, string.Join(", ", calls.Statuses));
        Assert.DoesNotContain(calls.Statuses.Keys, static status => status == 500);
        SearchFiles();
        _plants.Search(Encoding.UTF8.GetBytes(platform.Process.Output + platform.Process.Errors), Seen.Console, "the console");
        Assert.Contains("fail: ", platform.Process.Output, StringComparison.Ordinal);
        Assert.Contains(collector.Received, static batch => batch.Path == "/v1/traces");
        foreach (var (path, body) in collector.Received)
        {
            _plants.Search(body, Seen.Telemetry, $"what is exported to {path}");
        }

        Assert.True(_plants.Found.Count == 0, string.Join('\n', _plants.Found));
    }

    [Fact]
    public async Task Start_WithAStoreThatRefusesOrIsGone_SaysWhichSettingInOneLine()
    {
        var user = _plants.Plant("the database and its user", Seen.Console);
        var postgres = await PostgresServer.SharedAsync();
        var right = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(user, _plants.Plant("the right password"))) { Timeout = 2 };
        var wrong = _plants.Plant("a wrong password");
        foreach (var connection in (string[])
        [
            new NpgsqlConnectionStringBuilder(right.ConnectionString) { Password = wrong }.ConnectionString,
            new NpgsqlConnectionStringBuilder(right.ConnectionString) { Port = 1 }.ConnectionString,
            new NpgsqlConnectionStringBuilder(right.ConnectionString) { Host = "nowhere.invalid" }.ConnectionString,
            $"postgres://{user}:{wrong}@127.0.0.1:{postgres.Port}/{user}",
            $"{right.ConnectionString};Passwort={wrong}",
            $"{right.ConnectionString};Timeout={wrong}",
        ])
        {
            await ExpectRefusedAsync("Postgres", connection, ["--urls", "http://127.0.0.1:0"], ["backup", "--to", _directory.Combine("backup")], ["rotate-master-key"]);
        }

        foreach (var connection in (string[])
        [
            $"redis://:{wrong}@127.0.0.1:1", $"127.0.0.1:1,password=it,{wrong}", $"127.0.0.1:1,passwort={wrong}", $"127.0.0.1:1,connectTimeout={wrong}", $"password={wrong}", $"user:{wrong}@127.0.0.1:1",
        ])
        {
            await ExpectRefusedAsync("Redis", connection, ["--urls", "http://127.0.0.1:0"]);
        }

        Assert.True(_plants.Found.Count == 0, string.Join('\n', _plants.Found));
    }

    /// <summary>It starts: an installation isn't down because its Redis is.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redis_WithAWrongPasswordOrNone_Is503WithoutIt(bool isThere)
    {
        await using var redis = await RedisServer.StartAsync(password: _plants.Plant("the right password"));
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__Redis"] = $"127.0.0.1:{(isThere ? redis.Port : 1)},password={_plants.Plant("a wrong password")},connectTimeout=500,connectRetry=1",
        };
        await using var platform = await PlatformServer.StartAsync(Data, settings: settings);
        var tenant = await platform.CreateTenantAsync("acme");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PublishAsync(tenant));
        await ReadPagesAsync(platform, "without Redis");
        var backup = await HostCommand.RefusedAsync(settings, "backup", "--to", _directory.Combine("backup"), "--data-dir", Data);
        Assert.Contains("ConnectionStrings:Redis", backup, StringComparison.Ordinal);
        Assert.Equal(0, await platform.StopAsync());

        _plants.Search(Encoding.UTF8.GetBytes(platform.Process.Output + platform.Process.Errors + backup), Seen.Console, "the console");
        SearchFiles();
        Assert.Contains("PublishMessage failed", platform.Process.Output, StringComparison.Ordinal);
        Assert.True(_plants.Found.Count == 0, string.Join('\n', _plants.Found));
    }

    private static async Task DeployAsync(Tenant tenant) => await tenant.DeployManifestAsync(
        "calls",
        Manifests.For("calls.wasm").Replace("files = []", """key_value_stores = ["default"]""", StringComparison.Ordinal),
        ("calls.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-calls"))));

    private static void RequireNothingOfStores(string what, int status, byte[] body, params int[] ports)
    {
        var text = Encoding.UTF8.GetString(body);
        foreach (var hint in (string[])["   at ", "Npgsql", "StackExchange", "SocketException", .. ports.Select(static port => port.ToString(CultureInfo.InvariantCulture))])
        {
            Assert.False(text.Contains(hint, StringComparison.Ordinal), $"the answer {status} to {what} has '{hint}': {text}");
        }

        if (status == 503)
        {
            Assert.True(text.Length > 0, $"the answer {status} to {what} is empty");
            Assert.Contains(JsonNode.Parse(text)!["type"]!.GetValue<string>(), (string[])["urn:platform:problem:store-unavailable", "urn:platform:problem:redis-unavailable"]);
        }
    }

    // An app's key and value are the tenant's own.
    private async Task<string> UseValuesAsync(Tenant tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent($$"""[{{OpenStore}},["$0.get","{{_plants.Plant("an app's key")}}"],["$0.set","{{_plants.Plant("another key")}}",{"bytes":"{{_plants.Plant("an app's value")}}"}]]"""),
        };
        using var response = await tenant.SendAsync("calls", request);
        var text = await response.Content.ReadAsStringAsync();
        _plants.Search(Encoding.UTF8.GetBytes(text), Seen.Answer, "what the app answers");
        return text;
    }

    private async Task<HttpStatusCode> PublishAsync(Tenant tenant)
    {
        using var response = await tenant.TenantApiAsync(HttpMethod.Post, $"/channels/{_plants.Plant("a channel", Seen.Answer)}/messages", new StringContent(_plants.Plant("a message on a channel")));
        _plants.Search(await response.Content.ReadAsByteArrayAsync(), Seen.Answer, "the answer to a message");
        return response.StatusCode;
    }

    private async Task ReadPagesAsync(PlatformServer platform, string when)
    {
        foreach (var path in (string[])["/", "/healthz", "/readyz", "/metrics", "/docs/", "/join", "/reset-password", "/openapi/v1.json", "/.well-known/jwks.json"])
        {
            using var response = await platform.Http.GetAsync(path);
            Assert.True((int)response.StatusCode < 400, $"{path} {when}: {(int)response.StatusCode}");
            _plants.Search(await response.Content.ReadAsByteArrayAsync(), Seen.Telemetry, $"{path} {when}");
        }
    }

    private async Task ExpectRefusedAsync(string setting, string connection, params string[][] commands)
    {
        // A rotation that didn't get to the store waits for a start that does.
        using var data = new TemporaryDirectory();
        foreach (var command in commands)
        {
            var line = await CommandAsync(new() { [$"ConnectionStrings__{setting}"] = connection }, [.. command, "--data-dir", data.Path]);
            Assert.Contains($"ConnectionStrings:{setting}", line, StringComparison.Ordinal);
        }
    }

    // One line of errors, whatever it is about.
    private async Task<string> CommandAsync(Dictionary<string, string> settings, string[] arguments)
    {
        await using var process = ServerProcess.Start(Repository.HostProgram, arguments, settings, _directory.Path);
        Assert.Equal(1, await process.WaitForExitAsync());
        _plants.Search(Encoding.UTF8.GetBytes(process.Output + process.Errors), Seen.Console, $"what {arguments[0]} says");
        return Assert.Single(process.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void SearchFiles()
    {
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(file) is not ("operator-token" or "socket")))
        {
            _plants.Search(File.ReadAllBytes(file), Seen.Store, Path.GetRelativePath(Data, file));
        }
    }
}
