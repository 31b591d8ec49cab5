using System.Net;
using System.Security.Cryptography;
using Npgsql;
using Platform.Cluster.Security;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.Cluster.Tests.Hosting;

/// <summary>A cluster of real processes on a PostgreSQL database and a Redis of its own.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _settings;
    private readonly bool _clocks;

    private TestCluster(RedisServer redis, Dictionary<string, string> settings, bool clocks)
    {
        Redis = redis;
        _settings = settings;
        _clocks = clocks;
    }

    public RedisServer Redis { get; private set; }

    /// <summary>The key that its processes share.</summary>
    public ClusterKey Key => new(Convert.FromBase64String(_settings["Platform__ClusterKey"]));

    public List<ClusterNode> Controls { get; } = [];

    public List<ClusterNode> Gateways { get; } = [];

    public List<ClusterNode> Workers { get; } = [];

    /// <summary>Those that keep SQLite databases.</summary>
    public List<ClusterNode> Shards { get; } = [];

    /// <summary>What clients see: the first gateway, with the operator's token.</summary>
    public PlatformServer Server { get; private set; } = null!;

    /// <summary>Starts one and waits until its gateways are ready and its workers are known.</summary>
    /// <param name="controls">How many control planes.</param>
    /// <param name="gateways">How many gateways.</param>
    /// <param name="workers">How many workers.</param>
    /// <param name="shards">How many processes that keep SQLite databases.</param>
    /// <param name="settings">Of all of them.</param>
    /// <param name="clocks">Whether each process has a clock of its own (<see cref="ClusterNode.StepClockAsync"/>).</param>
    /// <param name="prepare">Puts something into the data directory of one before its first start.</param>
    public static async Task<TestCluster> StartAsync(
        int controls = 1,
        int gateways = 1,
        int workers = 2,
        int shards = 0,
        IReadOnlyDictionary<string, string>? settings = null,
        bool clocks = false,
        Action<ClusterNode>? prepare = null)
    {
        var postgres = await PostgresServer.SharedAsync();
        var redis = await RedisServer.StartAsync();
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Platform__ClusterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        all.TryAdd("Platform__MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        all.TryAdd("ConnectionStrings__Postgres", await postgres.CreateDatabaseAsync());
        all.TryAdd("ConnectionStrings__Redis", redis.ConnectionString);
        var cluster = new TestCluster(redis, all, clocks);
        try
        {
            await cluster.StartNodesAsync(controls, gateways, workers, shards, prepare);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further worker, or control plane or gateway, that isn't started yet.</summary>
    public ClusterNode Add(List<ClusterNode> nodes, string role, bool isInternal = true, IReadOnlyDictionary<string, string>? more = null)
    {
        var node = new ClusterNode($"{role}-{nodes.Count + 1}", role, _directory.Path, isInternal ? TestPorts.Next() : null, _settings, more, _clocks);
        nodes.Add(node);
        return node;
    }

    /// <summary>What a statement on the cluster's database counts.</summary>
    public async Task<long> CountAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(_settings["ConnectionStrings__Postgres"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Kills the first control plane, and waits until its gateway knows: what goes out on its connection before that is lost, and said to be.</summary>
    public async Task KillControlAsync()
    {
        await Controls[0].StopAsync(ServerProcess.SigKill);
        await Waiting.ForAsync(
            async () =>
            {
                using var answer = await Server.SendAsync(HttpMethod.Get, "/v1/tenants", Server.OperatorToken);
                return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable;
            },
            "an answer of another control plane, or that there is none");
    }

    /// <summary>Ends the Redis, with all that was in it.</summary>
    public Task StopRedisAsync() => Redis.DisposeAsync().AsTask();

    /// <summary>Starts an empty one where it was.</summary>
    public async Task StartRedisAsync() => Redis = await RedisServer.StartAsync(Redis.Port);

    /// <summary>Waits until a gateway sends requests to so many workers.</summary>
    public async Task WaitForWorkersAsync(int count)
    {
        var file = Path.Combine(Gateways[0].DataDirectory, "workers.json");
        await Waiting.ForAsync(
            async () => File.Exists(file) && (await File.ReadAllTextAsync(file)).Split("\"id\"").Length - 1 == count, $"{count} workers in the gateway's list");
    }

    public async ValueTask DisposeAsync()
    {
        Server?.Http.Dispose();
        foreach (var node in Workers.Concat(Gateways).Concat(Controls).Concat(Shards))
        {
            await node.DisposeAsync();
        }

        await Redis.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartNodesAsync(int controls, int gateways, int workers, int shards, Action<ClusterNode>? prepare)
    {
        for (var i = 0; i < shards; i++)
        {
            var shard = Add(Shards, "sqlite", more: new Dictionary<string, string> { ["Platform__SqliteShard"] = $"{i}" });
            _settings[$"Platform__SqliteUrls__{i}"] = shard.InternalUrl!.ToString();
        }

        for (var i = 0; i < controls; i++)
        {
            var control = Add(Controls, "control");
            _settings[$"Platform__ControlUrls__{i}"] = control.InternalUrl!.ToString();
            if (i > 0)
            {
                // One token for all of them, as a mounted secret is.
                _settings["Platform__OperatorTokenFile"] = Path.Combine(Controls[0].DataDirectory, "operator-token");
            }

            prepare?.Invoke(control);
            await control.StartAsync();
        }

        for (var i = 0; i < workers; i++)
        {
            Add(Workers, "worker");
        }

        for (var i = 0; i < gateways; i++)
        {
            Add(Gateways, "gateway", isInternal: false);
        }

        var others = Workers.Concat(Gateways).Concat(Shards).ToList();
        others.ForEach(node => prepare?.Invoke(node));
        await Task.WhenAll(others.Select(static node => node.StartAsync()));
        Server = await PlatformServer.AttachAsync(Gateways[0].Process, Controls[0].DataDirectory);
        await WaitForWorkersAsync(workers);
        await Waiting.ForAsync(
            async () =>
            {
                using var ready = await Server.Http.GetAsync("/readyz");
                return ready.StatusCode == HttpStatusCode.OK;
            },
            "the gateway is ready");
    }
}
