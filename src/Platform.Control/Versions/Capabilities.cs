using Platform.Contracts.Api;
using Platform.Contracts.Versions;
using Platform.Control.Triggers;

namespace Platform.Control.Versions;

/// <summary>What a version may reach, one line each, so that a deploy can say what it changes.</summary>
internal static class Capabilities
{
    public static IReadOnlyList<string> Of(VersionDocument document) =>
    [
        .. document.Components
            .SelectMany(component => (IEnumerable<string>)
            [
                .. component.AllowedOutboundHosts.Select(host => $"{component.Id}: outbound {host}"),
                .. component.SqliteDatabases.Select(label => $"{component.Id}: sqlite {label}"),
                .. component.KeyValueStores.Select(label => $"{component.Id}: key-value {label}"),
            ])
            .Concat(document.RedisTriggers.Select(trigger => trigger.Address is { } address
                ? $"{trigger.Component}: messages of {trigger.Channel} on {TriggerEndpoints.WithoutUser(address)}"
                : $"{trigger.Component}: messages of {trigger.Channel}"))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    public static CapabilityChanges Compare(VersionDocument? before, VersionDocument after)
    {
        var old = before is null ? [] : Of(before);
        var now = Of(after);
        return new CapabilityChanges([.. now.Except(old, StringComparer.Ordinal)], [.. old.Except(now, StringComparer.Ordinal)]);
    }
}
