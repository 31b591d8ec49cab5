using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities;

/// <summary>What one component of a version is granted. Immutable; shared by its requests.</summary>
internal sealed class ComponentCapabilities : ISandboxCapabilities
{
    private readonly ComponentDocument _component;
    private readonly long _app;
    private readonly CapabilityServers _servers;

    /// <summary>Takes what the component's part of the version's document grants.</summary>
    public ComponentCapabilities(ComponentDocument component, VersionDocument version, long app, CapabilityServers servers)
    {
        _component = component;
        _app = app;
        _servers = servers;
        var values = version.Variables.ToDictionary(static variable => variable.Key, static variable => variable.Value.Default, StringComparer.Ordinal);
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

    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>The hosts that it may call, variables put in.</summary>
    public IReadOnlyList<string> OutboundHosts { get; }

    public IKeyValueStore? OpenKeyValue(string label) => _component.KeyValueStores.Contains(label) ? _servers.KeyValue.Open(_app, label) : null;

    public ISqliteConnection? OpenSqlite(string label) => _component.SqliteDatabases.Contains(label) ? _servers.Sqlite.Connect(_app, label) : null;

    private static string? Resolve(string template, Dictionary<string, string> values) => Template.Parse(template, out _)?.Resolve(values);
}
