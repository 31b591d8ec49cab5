using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Hosting;

[assembly: AssemblyFixture(typeof(SharedPlatform))]

namespace Platform.FunctionalTests.Hosting;

/// <summary>In place of the one process of the functional tests: a cluster, which the same tests run on.</summary>
public sealed class SharedPlatform : IAsyncLifetime
{
    private static int _tenants;
    private TestCluster? _cluster;

    internal PlatformServer Server => _cluster?.Server ?? throw new InvalidOperationException("the cluster hasn't started");

    internal TestCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster hasn't started");

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(
        shards: 2, settings: new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50", ["Platform__SqliteBackupInterval"] = "00:00:01" });

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    internal Task<Tenant> NewTenantAsync() => Server.CreateTenantAsync($"tenant-{Interlocked.Increment(ref _tenants)}");
}
