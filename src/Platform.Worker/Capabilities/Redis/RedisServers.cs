using System.Collections.Concurrent;
using System.Net;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;
using StackExchange.Redis;

namespace Platform.Worker.Capabilities.Redis;

/// <summary>Connections to tenants' own Redis servers: one for each tenant and address, shared by the tenant's requests, never by others.</summary>
internal sealed class RedisServers(OutboundConnector connector, TimeProvider time) : IDisposable
{
    /// <summary>Addresses that a tenant may be connected to at once.</summary>
    private const int AddressesPerTenant = 16;

    /// <summary>Servers that the triggers of a tenant's apps may be subscribed to, each app's counted.</summary>
    private const int SubscribersPerTenant = 64;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    // What would change the shared connection, block it for others, or never ends. Without them no second connection for subscriptions is made either.
    private static readonly HashSet<string> s_refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE", "MONITOR", "SYNC", "PSYNC", "SELECT", "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "QUIT",
        "RESET", "HELLO", "AUTH", "CLIENT", "READONLY", "READWRITE", "ASKING", "BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "XREAD", "XREADGROUP",
        "WAIT", "WAITAOF", "SHUTDOWN", "CLUSTER", "SENTINEL", "REPLICAOF", "SLAVEOF", "FAILOVER",
    };

    // What connecting itself takes is refused to guests only.
    private static readonly HashSet<string> s_withheld = Except("SELECT", "AUTH", "HELLO", "CLIENT");
    private static readonly HashSet<string> s_withheldFromSubscribers = Except("SELECT", "AUTH", "HELLO", "CLIENT", "SUBSCRIBE", "UNSUBSCRIBE");

    private readonly ConcurrentDictionary<string, int> _subscribers = new(StringComparer.Ordinal);

    private readonly IdlePool<(string Tenant, ServerAddress Address), RetriedTask<TenantRedis>> _servers = new(
        key => new RetriedTask<TenantRedis>(() => ConnectAsync(key.Address, connector, s_withheld, BacklogPolicy.FailFast)), Close, Idle, time);

    /// <summary>A guest's connection; it connects with its first command.</summary>
    /// <exception cref="CapabilityException">The tenant is connected to too many.</exception>
    public IRedisConnection Open(string tenant, ServerAddress address)
    {
        var key = (tenant, address);
        return _servers.Keys.Count(other => other.Tenant == tenant) < AddressesPerTenant || _servers.Keys.Contains(key)
            ? new Connection(_servers, _servers.Rent(key))
            : throw new CapabilityException("the tenant is connected to too many Redis servers", failure: CapabilityFailure.TooManyConnections);
    }

    /// <summary>A connection of its own, that can subscribe.</summary>
    /// <exception cref="RedisException">The server can't be reached, or refuses it.</exception>
    /// <exception cref="OutboundException">Its address is out of bounds.</exception>
    /// <exception cref="CapabilityException">The tenant has too many.</exception>
    public async Task<TenantRedis> ConnectSubscriberAsync(string tenant, ServerAddress address)
    {
        if (_subscribers.AddOrUpdate(tenant, 1, static (_, count) => count + 1) > SubscribersPerTenant)
        {
            Leave();
            throw new CapabilityException($"the tenant's apps are subscribed to more than {SubscribersPerTenant} Redis servers", failure: CapabilityFailure.TooManyConnections);
        }

        try
        {
            var connected = await ConnectAsync(address, connector, s_withheldFromSubscribers, BacklogPolicy.Default);
            connected.Disposed = Leave;
            return connected;
        }
        catch
        {
            Leave();
            throw;
        }

        void Leave() => _subscribers.AddOrUpdate(tenant, 0, static (_, count) => count - 1);
    }

    /// <summary>For a tenant: why a server isn't reached.</summary>
    public static string Describe(Exception failure) =>
        failure is RedisServerException or CapabilityException ? failure.Message
        : IsDenied(failure) ? "the server's address is out of bounds here"
        : "no connection to the server";

    public void Dispose() => _servers.Dispose();

    private static HashSet<string> Except(params string[] commands) => [.. s_refused.Except(commands, StringComparer.OrdinalIgnoreCase)];

    private static bool IsDenied(Exception? failure) => failure switch
    {
        null => false,
        OutboundException { Code: HttpErrorCode.DestinationIpProhibited } => true,
        AggregateException all => all.InnerExceptions.Any(IsDenied),
        _ => IsDenied(failure.InnerException),
    };

    private static async Task<TenantRedis> ConnectAsync(ServerAddress address, OutboundConnector connector, HashSet<string> withheld, BacklogPolicy backlog)
    {
        // Said at once: the client would try again, and hide why.
        await connector.FindAsync(address.Host, address.Port, CancellationToken.None);
        var tunnel = new CheckedTunnel(address, connector);
        var options = new ConfigurationOptions
        {
            EndPoints = { new DnsEndPoint(address.Host, address.Port) },
            Ssl = address.Scheme == "rediss",
            SslHost = address.Host,
            User = address.User,
            Password = address.Password,
            DefaultDatabase = int.TryParse(address.Path, out var database) ? database : null,
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)OutboundConnector.DefaultConnectTimeout.TotalMilliseconds,
            AsyncTimeout = 30_000,
            BacklogPolicy = backlog,
            ConfigurationChannel = "",
            TieBreaker = "",
            ClientName = "platform",
            SetClientLibrary = false,
            CommandMap = CommandMap.Create(withheld, available: false),
            Tunnel = tunnel,
        };
        try
        {
            return new TenantRedis(await ConnectionMultiplexer.ConnectAsync(options), tunnel);
        }
        catch
        {
            tunnel.Dispose();
            throw;
        }
    }

    private static void Close(RetriedTask<TenantRedis> server) => server.Current?.ContinueWith(
        static connected => connected.IsCompletedSuccessfully ? connected.Result.DisposeAsync().AsTask() : Task.CompletedTask,
        CancellationToken.None,
        TaskContinuationOptions.None,
        TaskScheduler.Default);

    private sealed class Connection(
        IdlePool<(string Tenant, ServerAddress Address), RetriedTask<TenantRedis>> servers,
        IdlePool<(string Tenant, ServerAddress Address), RetriedTask<TenantRedis>>.Lease lease) : IRedisConnection
    {
        private bool _isClosed;

        public async Task<object?> ExecuteAsync(string command, IReadOnlyList<object> arguments)
        {
            if (s_refused.Contains(command))
            {
                throw new CapabilityException($"the command {command.ToUpperInvariant()} is refused: connections are shared by the requests of a tenant");
            }

            try
            {
                var server = await lease.Client.GetAsync();
                return ToReply(await server.Multiplexer.GetDatabase().ExecuteAsync(command, [.. arguments]));
            }
            catch (RedisServerException refused)
            {
                throw new CapabilityException(Describe(refused), refused);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException or OutboundException)
            {
                throw new CapabilityException(Describe(failure), failure, CapabilityFailure.Connection);
            }
        }

        public void Dispose()
        {
            if (!_isClosed)
            {
                _isClosed = true;
                servers.Return(lease);
            }
        }

        private static object? ToReply(RedisResult reply) => reply.IsNull ? null : reply.Resp2Type switch
        {
            ResultType.SimpleString => new RedisStatus((string)reply!),
            ResultType.Integer => (long)reply,
            ResultType.Array => ((RedisResult[])reply!).Select(ToReply).ToArray(),
            _ => (byte[])reply!,
        };
    }
}
