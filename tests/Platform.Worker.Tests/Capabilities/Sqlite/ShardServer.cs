using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Contracts.Sqlite;
using Platform.Worker.Capabilities.Sqlite.Shards;

namespace Platform.Worker.Tests.Capabilities.Sqlite;

/// <summary>A shard with a real server, HTTP/2 without TLS, as on an internal listener.</summary>
internal sealed class ShardServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ShardServer(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Urls.First());
    }

    public Uri Url { get; }

    public static async Task<ShardServer> StartAsync(
        string directory, ISqliteBackups backups, int shard = 0, int port = 0, long bytes = 64 << 20, TimeSpan? statementTime = null, TimeProvider? time = null, TimeSpan? interval = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, options =>
        {
            options.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                options.UseHttps(certificate);
            }
        }));
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddRouting();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(backups);
        builder.Services.AddSqliteShard(new SqliteShardOptions(shard, interval ?? TimeSpan.FromMinutes(10), directory), options =>
        {
            options.DataDirectory = directory;
            options.SqliteBytes = bytes;
            options.SqliteStatementTime = statementTime ?? TimeSpan.FromSeconds(30);
        });
        var app = builder.Build();
        app.UseSqliteShard();
        await app.StartAsync();
        return new ShardServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
