using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Outbound;
using Platform.Testing;

namespace Platform.FunctionalTests.Cases;

/// <summary>The platform that the cases run on, whose operator allows loopback, with servers there: one tenant, an app for each case.</summary>
public sealed class CasesPlatform : IAsyncLifetime
{
    private static int _apps;
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("platform-cases-");
    private PlatformServer? _server;
    private RedisServer? _redis;
    private PostgresServer? _postgres;
    private ShellServer? _mysql;
    private ShellServer? _mqtt;
    private Upstream? _upstream;

    internal Tenant Tenant { get; private set; } = null!;

    internal Uri Url => _server!.Url;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _postgres = await PostgresServer.SharedAsync();
        _mysql = await ShellServer.StartMariaDbAsync();
        _mqtt = await ShellServer.StartMosquittoAsync();
        _upstream = await Upstream.StartAsync(Path.Combine(_files.FullName, "upstream.pem"));
        _server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["Platform__Worker__CompileTimeout"] = "00:01:50",

            // Each case is an app.
            ["Platform__Quotas__Apps"] = "1000",
            ["Platform__Worker__OutboundAllowedNetworks__0"] = "127.0.0.0/8",
        }, compiled: "js-calls");
        Tenant = await _server.CreateTenantAsync("cases");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var server in (IAsyncDisposable?[])[_redis, _mysql, _mqtt, _upstream])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        _files.Delete(recursive: true);
    }

    /// <summary>A file of a case with the servers' addresses in it.</summary>
    internal string Fill(string text) => text
        .Replace("{redis-port}", $"{_redis!.Port}", StringComparison.Ordinal)
        .Replace("{postgres-port}", $"{_postgres!.Port}", StringComparison.Ordinal)
        .Replace("{mysql-port}", $"{_mysql!.Port}", StringComparison.Ordinal)
        .Replace("{mqtt-port}", $"{_mqtt!.Port}", StringComparison.Ordinal)
        .Replace("{http-port}", $"{_upstream!.Http.Port}", StringComparison.Ordinal)
        .Replace("{redis-password}", RedisServer.Password, StringComparison.Ordinal);

    /// <summary>A name that no other case has.</summary>
    internal static string NewApp() => $"case-{Interlocked.Increment(ref _apps)}";
}
