using Platform.Contracts.Snapshots;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities;

/// <summary>What one component of a version is granted. Immutable; shared by its requests.</summary>
internal sealed class ComponentCapabilities
{
    private readonly ComponentDocument _component;
    private readonly long _app;
    private readonly int _shard;

    /// <summary>Takes what the component's part of the version's document grants, with the values that are set for the app.</summary>
    public ComponentCapabilities(ComponentDocument component, VersionDocument version, AppSnapshot app, CapabilityServers servers)
    {
        _component = component;
        _app = app.Id;
        _shard = app.SqliteShard;
        Servers = servers;
        Tenant = app.Tenant;
        var values = app.Configuration.ValuesOf(version);
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, template) in component.Variables)
        {
            if (Resolve(template, values) is { } value)
            {
                variables.Add(name, value);
            }
        }

        Variables = variables;
        OutboundHosts = [.. component.AllowedOutboundHosts.Select(host => Resolve(host, values)).OfType<string>()];
    }

    /// <summary>Its variables with their values.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>What capabilities are made of.</summary>
    public CapabilityServers Servers { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The hosts that it may call, variables put in.</summary>
    public IReadOnlyList<string> OutboundHosts { get; }

    /// <summary>A key-value store; null when it isn't granted.</summary>
    public IKeyValueStore? OpenKeyValue(string label) => _component.KeyValueStores.Contains(label) ? Servers.KeyValue.Open(_app, label) : null;

    /// <summary>A database; null when it isn't granted.</summary>
    public ISqliteConnection? OpenSqlite(string label) => _component.SqliteDatabases.Contains(label) ? Servers.Sqlite.Connect(_app, _shard, label) : null;

    private static string? Resolve(string template, IReadOnlyDictionary<string, string> values) => Template.Parse(template, out _)?.Resolve(values);
}
