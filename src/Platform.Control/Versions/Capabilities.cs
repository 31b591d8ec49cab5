using System.Globalization;
using Platform.Contracts.Api;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Control.Triggers;

namespace Platform.Control.Versions;

/// <summary>What a version may reach, one line each, so that a deploy can say what it changes.</summary>
internal static class Capabilities
{
    public static IReadOnlyList<string> Of(VersionDocument document) => Sort(
        Reach(document).Concat(document.Components.SelectMany(component => Limits(component.Limits)
            .Where(limit => limit.Value is not null).Select(limit => Line(component.Id, limit.Key, (long)limit.Value!)))));

    /// <summary>What a version may do beyond another: what it reaches besides, and limits that are higher, whether set or the defaults.</summary>
    public static IReadOnlyList<string> Widened(VersionDocument? before, VersionDocument after) => Sort(
        Reach(after).Except(before is null ? [] : Reach(before), StringComparer.Ordinal).Concat(after.Components.SelectMany(component =>
            Raised(component.Id, before?.Components.FirstOrDefault(old => old.Id == component.Id)?.Limits ?? new LimitsDocument(), component.Limits))));

    public static CapabilityChanges Compare(VersionDocument? before, VersionDocument after)
    {
        var old = before is null ? [] : Of(before);
        var now = Of(after);
        return new CapabilityChanges([.. now.Except(old, StringComparer.Ordinal)], [.. old.Except(now, StringComparer.Ordinal)]);
    }

    /// <summary>The variables whose values decide what a version may reach: a new value is a new host, server or channel.</summary>
    public static IEnumerable<string> VariablesOf(VersionDocument document) =>
        document.Components.SelectMany(static component => component.AllowedOutboundHosts)
            .Concat(document.RedisTriggers.SelectMany(static trigger => (IEnumerable<string>)[trigger.Channel, trigger.Address ?? ""]))
            .SelectMany(static template => Template.Parse(template, out _)?.Names ?? [])
            .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Reach(VersionDocument document) =>
        document.Components
            .SelectMany(component => (IEnumerable<string>)
            [
                .. component.AllowedOutboundHosts.Select(host => $"{component.Id}: outbound {host}"),
                .. component.SqliteDatabases.Select(label => $"{component.Id}: sqlite {label}"),
                .. component.KeyValueStores.Select(label => $"{component.Id}: key-value {label}"),
            ])
            .Concat(document.RedisTriggers.Select(trigger => trigger.Address is { } address
                ? $"{trigger.Component}: messages of {trigger.Channel} on {TriggerEndpoints.WithoutUser(address)}"
                : $"{trigger.Component}: messages of {trigger.Channel}"))
            .Concat(VariablesOf(document)
                .Select(name => (Name: name, document.Variables.GetValueOrDefault(name)?.Default))
                .Where(static variable => variable.Default is not null)
                .Select(static variable => $"variable {variable.Name} by default {variable.Default}"))
            .Concat(document.Variables.Where(variable => variable.Value.IsSecret).Select(variable => $"secret {variable.Key}"));

    private static IEnumerable<string> Raised(string component, LimitsDocument before, LimitsDocument after) =>
        Limits(after).Zip(Limits(before), Limits(LimitsDocument.Defaults))
            .Where(limit => (limit.First.Value ?? limit.Third.Value) > (limit.Second.Value ?? limit.Third.Value))
            .Select(limit => Line(component, limit.First.Key, (long)(limit.First.Value ?? limit.Third.Value)!));

    private static string Line(string component, string key, long value) => string.Create(CultureInfo.InvariantCulture, $"{component}: limit {key} {value}");

    // By the manifest's keys.
    private static (string Key, long? Value)[] Limits(LimitsDocument limits) =>
    [
        ("fuel", limits.Fuel),
        ("memory-bytes", limits.MemoryBytes),
        ("wall-ms", limits.WallMs),
        ("request-body-bytes", limits.RequestBodyBytes),
        ("outbound-requests", limits.OutboundRequests),
        ("log-bytes", limits.LogBytes),
    ];

    private static IReadOnlyList<string> Sort(IEnumerable<string> lines) => [.. lines.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
