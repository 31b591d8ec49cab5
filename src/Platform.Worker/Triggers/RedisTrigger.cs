using Platform.Contracts.Messages;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Redis.Messages;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities;

namespace Platform.Worker.Triggers;

/// <summary>A Redis trigger of a version, variables put in.</summary>
/// <param name="Key">Its <see cref="TriggerKey"/>.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Server">The tenant's own Redis; null for the platform's.</param>
internal sealed record RedisTrigger(string Key, string Component, string Channel, ServerAddress? Server)
{
    /// <summary>The triggers of an app's live version, and those that can't be, with the reason.</summary>
    public static (IReadOnlyList<RedisTrigger> Triggers, IReadOnlyDictionary<string, TriggerState> Refused) Of(AppSnapshot app)
    {
        if (app.Live is not { } live || !app.Versions.TryGetValue(live, out var version))
        {
            return ([], new Dictionary<string, TriggerState>());
        }

        var values = app.Configuration.ValuesOf(version);
        List<RedisTrigger> triggers = [];
        Dictionary<string, TriggerState> refused = [];
        foreach (var document in version.RedisTriggers)
        {
            var key = TriggerKey.Of(document);
            try
            {
                triggers.Add(new RedisTrigger(key, document.Component, ChannelOf(document, values), AddressOf(document, values)));
            }
            catch (CapabilityException invalid)
            {
                refused[key] = new TriggerState(IsSubscribed: false, invalid.Message);
            }
        }

        return (triggers, refused);
    }

    // Held against the rules at deploy with the manifest's defaults, here with the values that are set; they may be secrets, so that no reason says them.
    private static string ChannelOf(RedisTriggerDocument document, IReadOnlyDictionary<string, string> values)
    {
        var channel = Resolve(document.Channel, values);
        return document.Address is null
            ? ChannelName.IsValid(channel) ? channel : throw new CapabilityException($"with the values of its variables it can't be a channel of the platform: {ChannelName.Rule}")
            : ChannelName.IsValidElsewhere(channel) ? channel : throw new CapabilityException($"with the values of its variables the channel doesn't have 1 to {ChannelName.MaxLengthElsewhere} characters");
    }

    private static ServerAddress? AddressOf(RedisTriggerDocument document, IReadOnlyDictionary<string, string> values) =>
        document.Address is { } address ? ServerAddress.Parse(Resolve(address, values), ("redis", 6379), ("rediss", 6379)) : null;

    private static string Resolve(string template, IReadOnlyDictionary<string, string> values) =>
        Template.Parse(template, out _)?.Resolve(values) ?? throw new CapabilityException("a variable of it has no value");
}
