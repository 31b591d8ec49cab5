using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities.Mqtt;
using Platform.Worker.Capabilities.Sql;
using Platform.Worker.Outbound;

namespace Platform.Worker.Capabilities;

/// <summary>The capabilities of one request: those of its component, and what it may still connect to. Pooled with its invocation; used by the guest thread only.</summary>
internal sealed class RequestCapabilities(RequestOutbound outbound) : ISandboxCapabilities
{
    private ComponentCapabilities _component = null!;

    public IReadOnlyDictionary<string, string> Variables => _component.Variables;

    /// <summary>Begins a request of a component.</summary>
    public void Begin(ComponentCapabilities component) => _component = component;

    public IKeyValueStore? OpenKeyValue(string label) => _component.OpenKeyValue(label);

    public ISqliteConnection? OpenSqlite(string label) => _component.OpenSqlite(label);

    public IRedisConnection OpenRedis(string address)
    {
        var server = ServerAddress.Parse(address, ("redis", 6379), ("rediss", 6379));
        Admit(server);
        return _component.Servers.Redis.Open(_component.Tenant, server);
    }

    public ISqlConnection OpenPostgres(string address)
    {
        var server = PostgresAddress.Parse(address);
        Admit(server);
        return new PostgresConnection(_component.Servers.Sql, _component.Tenant, server);
    }

    public ISqlConnection OpenMySql(string address)
    {
        var server = MySqlAddress.Parse(address);
        Admit(server);
        return new MySqlServerConnection(_component.Servers.Sql, _component.Tenant, server);
    }

    public IMqttConnection OpenMqtt(string address, string user, string password, ulong keepAliveSeconds)
    {
        var server = ServerAddress.Parse(address, ("mqtt", 1883), ("mqtts", 8883));
        if (server.Parameters().Keys.FirstOrDefault(static name => name != "client_id") is { } unknown)
        {
            throw ServerAddress.Invalid($"the address has the parameter {unknown}, which isn't supported");
        }

        Admit(server);
        return new BrokerConnection(_component.Servers.Connector, server, user, password, keepAliveSeconds);
    }

    private void Admit(ServerAddress server)
    {
        if (!outbound.Permits(server.Scheme, server.Host, server.Port, server.Port))
        {
            throw ServerAddress.Invalid($"address {server.Scheme}://{server.Host}:{server.Port} is not permitted");
        }

        if (!outbound.TryCount())
        {
            throw new CapabilityException("the request has connected as often as it may", failure: CapabilityFailure.TooManyConnections);
        }
    }
}
