using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Capabilities.Sqlite.Shards;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Capabilities.Sqlite;

/// <summary>Databases in a process of their own, over a real connection: all that those in this process do, what their distance adds, and their copies.</summary>
public sealed class ShardedSqliteTests : SqliteHostTests
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly MemoryBackups _backups = new();
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<ShardedSqliteHost> _hosts = [];

    public override async ValueTask DisposeAsync()
    {
        _hosts.ForEach(static host => host.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _http.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Shard_ThatRestarts_IsWaitedFor_ButAnOpenTransactionIsLost()
    {
        var server = await ShardServer.StartAsync(Home.Path, _backups);
        var host = HostOf(server.Url);
        using var idle = host.Connect(1, 0, "default");
        await idle.ExecuteAsync("SELECT 1", []);
        using var open = host.Connect(1, 0, "default");
        await open.ExecuteAsync("CREATE TABLE t (x)", []);
        await open.ExecuteAsync("BEGIN", []);
        await open.ExecuteAsync("INSERT INTO t VALUES (1)", []);
        await server.DisposeAsync();

        using var waiting = host.Connect(1, 0, "default");
        var answer = waiting.ExecuteAsync("SELECT count(*) FROM t", []);
        Assert.False(answer.IsCompleted);
        _servers.Add(await ShardServer.StartAsync(Home.Path, _backups, port: server.Url.Port));

        Assert.Equal([0L], Assert.Single((await answer).Rows));
        Assert.Equal([0L], Assert.Single((await idle.ExecuteAsync("SELECT count(*) FROM t", [])).Rows));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(CapabilityFailure.Connection, (await Assert.ThrowsAsync<CapabilityException>(() => open.ExecuteAsync("COMMIT", []))).Failure);
        }
    }

    [Fact]
    public async Task Shard_ThatIsAway_IsAnError()
    {
        var server = await ShardServer.StartAsync(Home.Path, _backups);
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        using var host = new ShardedSqliteHost([server.Url], _http, time);
        await server.DisposeAsync();
        using var connection = host.Connect(1, 0, "default");
        var execution = connection.ExecuteAsync("SELECT 1", []);
        while (!execution.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAsync<CapabilityException>(() => execution);
        Assert.StartsWith("the database can't be reached", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => host.RemoveAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task Connect_ToAShardOfAnotherNumber_IsRefusedNamingTheSetting()
    {
        await using var server = await ShardServer.StartAsync(Home.Path, _backups, shard: 1);
        using var connection = HostOf(server.Url).Connect(1, 0, "default");
        Assert.Contains("Platform:SqliteUrls", (await Assert.ThrowsAsync<CapabilityException>(() => connection.ExecuteAsync("SELECT 1", []))).Message, StringComparison.Ordinal);
        Assert.Contains("Platform:SqliteUrls", Assert.Throws<CapabilityException>(() => HostOf(server.Url).Connect(1, 3, "default")).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("../../other"), InlineData(""), InlineData("a/b")]
    public async Task Connect_ToWhatIsNoLabel_IsRefused(string label)
    {
        await using var server = await ShardServer.StartAsync(Home.Path, _backups);
        using var connection = HostOf(server.Url).Connect(1, 0, label);
        await Assert.ThrowsAsync<CapabilityException>(() => connection.ExecuteAsync("CREATE TABLE t (x)", []));
        Assert.Empty(Directory.EnumerateFiles(Home.Path, "*.db", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Connect_OverTls_IsTheSame()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=shard", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await ShardServer.StartAsync(Home.Path, _backups, certificate: certificate);
        Assert.Equal(Uri.UriSchemeHttps, server.Url.Scheme);
        using var sockets = new SocketsHttpHandler();
        sockets.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint;
        using var http = new HttpMessageInvoker(sockets);
        using var host = new ShardedSqliteHost([server.Url], http, TimeProvider.System);
        using var connection = host.Connect(1, 0, "default");
        Assert.Equal([1L], Assert.Single((await connection.ExecuteAsync("SELECT 1", [])).Rows));
    }

    [Fact]
    public async Task Volume_Lost_ComesBackFromTheCopies()
    {
        var server = await ShardServer.StartAsync(Home.Path, _backups);
        await FillAsync(server.Url, 1, 3);
        await server.DisposeAsync();
        Assert.Equal(1, _backups.Puts);
        Directory.Delete(Home.Combine("sqlite"), recursive: true);

        // The store is away at first: nothing is served from an empty volume.
        _backups.Failures = 2;
        _servers.Add(server = await ShardServer.StartAsync(Home.Path, _backups));
        using var connection = HostOf(server.Url).Connect(1, 0, "default");
        Assert.Equal([3L], Assert.Single((await connection.ExecuteAsync("SELECT count(*) FROM t", [])).Rows));
    }

    [Fact]
    public async Task Volume_WhoseCopyWasChanged_IsNotServed()
    {
        var server = await ShardServer.StartAsync(Home.Path, _backups);
        await FillAsync(server.Url, 1, 1);
        await server.DisposeAsync();
        Directory.Delete(Home.Combine("sqlite"), recursive: true);
        _backups.Kept[(1, "default")].Content[200] ^= 1;

        await Assert.ThrowsAsync<InvalidDataException>(() => ShardServer.StartAsync(Home.Path, _backups));
        Assert.False(File.Exists(Home.Combine("sqlite/1/default.db")));
    }

    [Fact]
    public async Task Volume_OfAnotherShard_IsRefused()
    {
        await (await ShardServer.StartAsync(Home.Path, _backups, shard: 2)).DisposeAsync();
        var failure = await Assert.ThrowsAsync<WorkerConfigurationException>(() => ShardServer.StartAsync(Home.Path, _backups, shard: 0));
        Assert.Contains("Platform:SqliteShard", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copies_AreMadeOfWhatChangedOnly_AndAgainWhenTheStoreWasAway()
    {
        var time = new FakeTimeProvider();
        var interval = TimeSpan.FromMinutes(1);
        var server = await ShardServer.StartAsync(Home.Path, _backups, time: time, interval: interval);
        await FillAsync(server.Url, 1, 1);
        await FillAsync(server.Url, 2, 1);
        await Eventually.HoldsAsync(() => Turn(2), "both are copied");

        _backups.Failures = 1;
        await FillAsync(server.Url, 2, 5);
        await Eventually.HoldsAsync(() => Turn(3), "the changed one is copied");
        await server.DisposeAsync();
        Assert.Equal(3, _backups.Puts);

        // The next process knows what the store has.
        await (await ShardServer.StartAsync(Home.Path, _backups)).DisposeAsync();
        Assert.Equal(3, _backups.Puts);

        bool Turn(int puts)
        {
            time.Advance(interval);
            return _backups.Puts == puts;
        }
    }

    private protected override async Task<ISqliteHost> HostAsync(long bytes, TimeSpan statementTime)
    {
        var server = await ShardServer.StartAsync(Home.Path, _backups, bytes: bytes, statementTime: statementTime);
        _servers.Add(server);
        return HostOf(server.Url);
    }

    private ShardedSqliteHost HostOf(Uri url)
    {
        var host = new ShardedSqliteHost([url], _http, TimeProvider.System);
        _hosts.Add(host);
        return host;
    }

    private async Task FillAsync(Uri url, long app, int rows)
    {
        using var connection = HostOf(url).Connect(app, 0, "default");
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS t (x)", []);
        for (var i = 0; i < rows; i++)
        {
            await connection.ExecuteAsync("INSERT INTO t VALUES (?)", [i.ToString(CultureInfo.InvariantCulture)]);
        }
    }
}
