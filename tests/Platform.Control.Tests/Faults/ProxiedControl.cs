using Npgsql;
using Platform.Control.Tests.Hosting;
using Platform.Data;
using Platform.Testing;

namespace Platform.Control.Tests.Faults;

/// <summary>A control plane whose PostgreSQL is behind a proxy of the test's.</summary>
internal sealed class ProxiedControl : IAsyncDisposable
{
    private ProxiedControl(TcpProxy proxy, ControlServer server)
    {
        Proxy = proxy;
        Server = server;
    }

    public TcpProxy Proxy { get; }

    public ControlServer Server { get; }

    /// <summary>Starts one with time-outs that a test can wait for.</summary>
    public static async Task<ProxiedControl> StartAsync(int poolSize = 20)
    {
        var postgres = await PostgresServer.SharedAsync();
        var proxy = new TcpProxy(postgres.Port);
        var server = await ControlServer.StartAsync(Dialect.Postgres, options => options with
        {
            PostgresConnectionString = new NpgsqlConnectionStringBuilder(options.PostgresConnectionString)
            {
                Port = proxy.Port,
                MaxPoolSize = poolSize,
                Timeout = 2,
                CommandTimeout = 2,
                CancellationTimeout = -1,
            }.ConnectionString,
        });
        return new ProxiedControl(proxy, server);
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.Resume();
        await Server.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
