using Platform.Contracts.Messages;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[[trigger.redis]]</c> and <c>[application.trigger.redis]</c>.</summary>
internal sealed class RedisTriggerReader
{
    private const int MaxAddressLength = 2048;

    private readonly ComponentReader _components;
    private readonly VariablesReader _variables;
    private readonly HashSet<RedisTriggerDocument> _triggers = [];
    private readonly string? _address;

    private RedisTriggerReader(ComponentReader components, VariablesReader variables, TableReader? application)
    {
        _components = components;
        _variables = variables;
        _address = application is null ? null : ReadAddress(application);
        application?.End();
    }

    public static IReadOnlyList<RedisTriggerDocument> Read(TableReader? triggers, TableReader? application, ComponentReader components, VariablesReader variables)
    {
        var reader = new RedisTriggerReader(components, variables, application);
        var number = 0;
        foreach (var value in triggers?.List("redis", ManifestParser.MaxRedisTriggers) ?? [])
        {
            if (value.Content is TomlTable table)
            {
                reader.ReadOne(triggers!.Inner(table, "redis", value.Line, value.Column), ++number);
            }
            else
            {
                triggers!.Wrong("redis", value, "a list of tables");
            }
        }

        return [.. reader._triggers];
    }

    private void ReadOne(TableReader trigger, int number)
    {
        trigger.Text("id");
        trigger.Refuse("components", "Spin reserves it.");
        trigger.Refuse("dependencies", "write what the component needs in its own 'dependencies'.");
        var address = ReadAddress(trigger) ?? _address;
        var channel = ReadChannel(trigger, address is null);
        var component = _components.ReadReference(trigger, $"inline-redis-{number}");
        trigger.End();
        if (channel is not null && component is not null && !_triggers.Add(new RedisTriggerDocument(channel.Value.Text, component, address)))
        {
            trigger.Error(channel.Value.At, $"The component '{component}' has a trigger for \"{channel.Value.Text}\" above; keep one of them.");
        }
    }

    private (string Text, TomlValue At)? ReadChannel(TableReader trigger, bool isPlatforms)
    {
        switch (trigger.Take("channel"))
        {
            case null:
                trigger.Missing("channel");
                return null;
            case { Value: { Content: string text } value }:
                if (!_variables.IsTemplate(trigger, value, text))
                {
                    return null;
                }

                var name = _variables.WithDefaults(text);
                if (name is null || (isPlatforms ? ChannelName.IsValid(name) : ChannelName.IsValidElsewhere(name)))
                {
                    return (text, value);
                }

                trigger.Error(value, isPlatforms
                    ? $"\"{name}\" can't be a channel of the platform: {ChannelName.Rule}. (With an 'address' it can be any that a Redis has.)"
                    : $"'{trigger.Name("channel")}' must have 1 to {ChannelName.MaxLengthElsewhere} characters.");
                return null;
            case { } entry:
                trigger.Wrong("channel", entry.Value, "a string");
                return null;
        }
    }

    private string? ReadAddress(TableReader table)
    {
        switch (table.Take("address"))
        {
            case null:
                return null;
            case { Value: { Content: string text } value }:
                if (!_variables.IsTemplate(table, value, text))
                {
                    return null;
                }

                if (_variables.WithDefaults(text) is { } address && !IsAddress(address))
                {
                    table.Error(
                        value,
                        $"'{table.Name("address")}' must be the URL of a Redis, as \"redis://user:password@redis.example.com:6379\" or \"rediss://…\"; leave it out for your channels on the platform.");
                    return null;
                }

                return text;
            case { } entry:
                table.Wrong("address", entry.Value, "a string");
                return null;
        }
    }

    private static bool IsAddress(string text) =>
        text.Length <= MaxAddressLength && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "redis" or "rediss", Host.Length: > 0 };
}
