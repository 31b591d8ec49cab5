using Platform.Contracts.Routing;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[[trigger.http]]</c>.</summary>
internal sealed class HttpTriggerReader
{
    // What Spin takes when a manifest doesn't say (https://spinframework.dev/http-trigger#wagi-component-requirements).
    private const string DefaultArguments = "${SCRIPT_NAME} ${ARGS}";
    private const string DefaultEntrypoint = "_start";

    private readonly ComponentReader _components;
    private readonly Dictionary<string, string> _shapes = new(StringComparer.Ordinal);
    private readonly List<RouteDocument> _routes = [];

    private HttpTriggerReader(ComponentReader components) => _components = components;

    public static IReadOnlyList<RouteDocument> Read(TableReader? triggers, ComponentReader components, List<ManifestError> errors)
    {
        var reader = new HttpTriggerReader(components);
        var number = 0;
        foreach (var value in triggers?.List("http") ?? [])
        {
            if (value.Content is not TomlTable table)
            {
                triggers!.Wrong("http", value, "a list of tables");
                continue;
            }

            number++;
            if (number > ManifestParser.MaxRoutes)
            {
                errors.Add(new ManifestError($"A manifest has at most {ManifestParser.MaxRoutes} HTTP triggers.", value.Line, value.Column));
                break;
            }

            reader.ReadOne(triggers!.Inner(table, "http", value.Line, value.Column), number);
        }

        return reader._routes;
    }

    private void ReadOne(TableReader trigger, int number)
    {
        trigger.Text("id");
        trigger.Refuse("components", "Spin reserves it.");
        trigger.Refuse("dependencies", "write middleware as the component that is triggered, and the next handler as its dependency \"wasi:http/incoming-handler\".");
        var pattern = ReadRoute(trigger, out var isPrivate);
        var response = StaticResponseReader.Read(trigger);
        var component = response is null ? _components.ReadReference(trigger, $"inline-{number}") : "";
        var executor = ReadExecutor(trigger);
        if (response is not null && isPrivate is not null)
        {
            trigger.Error(isPrivate, "A private route has a component: nobody is answered by its static_response.");
        }

        if (response is not null)
        {
            trigger.Refuse("component", "a trigger has either a component or a static_response.");
        }

        trigger.End();
        if (pattern is not null && component is not null)
        {
            _routes.Add(new RouteDocument(pattern.Text, component, executor, response));
        }
    }

    // A private one has no pattern: only other components of the app reach it, by its component's name.
    private RoutePattern? ReadRoute(TableReader trigger, out TomlValue? isPrivate)
    {
        isPrivate = null;
        switch (trigger.Take("route"))
        {
            case null:
                trigger.Missing("route");
                return null;
            case { Value: { Content: string text } value }:
                if (!RoutePattern.TryParse(text, out var pattern, out var error))
                {
                    trigger.Error(value, $"The route \"{text}\" is refused: {error}.");
                    return null;
                }

                if (_shapes.TryAdd(pattern.Shape, text))
                {
                    return pattern;
                }

                trigger.Error(value, $"The route \"{text}\" matches the same as \"{_shapes[pattern.Shape]}\" above; keep one of them.");
                return null;
            case { Value: { Content: TomlTable table } value }:
                isPrivate = value;
                ReadPrivate(trigger.Inner(table, "route", value.Line, value.Column));
                return null;
            case { } entry:
                trigger.Wrong("route", entry.Value, "a string");
                return null;
        }
    }

    private static void ReadPrivate(TableReader route)
    {
        switch (route.Take("private"))
        {
            case null:
                route.Missing("private");
                break;
            case { Value.Content: true }:
                break;
            case { } entry:
                route.Wrong("private", entry.Value, "true");
                break;
        }

        route.End();
    }

    private static RouteExecutor ReadExecutor(TableReader trigger)
    {
        if (trigger.Table("executor") is not { } executor)
        {
            return RouteExecutor.Default;
        }

        var type = executor.Take("type");
        switch (type?.Value.Content)
        {
            case null:
                executor.Missing("type");
                break;
            case "http":
                break;
            case "wagi":
                MustBe(executor, "argv", DefaultArguments);
                MustBe(executor, "entrypoint", DefaultEntrypoint);
                executor.End();
                return RouteExecutor.Wagi;
            case "spin":
                executor.Error(type.Value, "The executor \"spin\" is refused: it is gone from Spin too; build the component for wasi:http and write \"http\".");
                break;
            case { } other:
                executor.Error(type.Value, $"The executor {(other is string name ? $"\"{name}\"" : "")} is not known; write \"http\" or \"wagi\".");
                break;
        }

        executor.End();
        return RouteExecutor.Default;
    }

    private static void MustBe(TableReader executor, string key, string only)
    {
        if (executor.Take(key) is { } entry && !only.Equals(entry.Value.Content))
        {
            executor.Error(entry.Value, $"'{executor.Name(key)}' is refused: this release has only \"{only}\", which needn't be written.");
        }
    }
}
