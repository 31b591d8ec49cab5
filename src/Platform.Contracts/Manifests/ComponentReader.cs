using System.Text.RegularExpressions;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[component.X]</c>, and components written inside their trigger.</summary>
internal sealed partial class ComponentReader(VariablesReader variables, List<ManifestError> errors)
{
    private const int MaxIdLength = 64;

    // Each is tried on each uploaded file.
    private const int MaxGlobs = 128;
    private const int MaxHosts = 256;
    private const int MaxStores = 16;

    private readonly List<ManifestComponent> _components = [];

    // Also those that turned out wrong: a route to them is not an error of its own.
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    // Those that a trigger names.
    private readonly HashSet<string> _triggered = new(StringComparer.Ordinal);

    public IReadOnlyList<ManifestComponent> Components => [.. _components.Select(component => component with { HasTrigger = _triggered.Contains(component.Id) })];

    public bool Has(string id) => _declared.Contains(id);

    public void Declare(string id, TableReader table)
    {
        if (!_declared.Add(id))
        {
            errors.Add(new ManifestError($"There is a [component.{id}] already; rename it.", table.Line, table.Column));
            return;
        }

        if (_declared.Count > ManifestParser.MaxComponents)
        {
            errors.Add(new ManifestError($"A manifest has at most {ManifestParser.MaxComponents} components.", table.Line, table.Column));
            return;
        }

        if (id.Length > MaxIdLength || !Kebab().IsMatch(id))
        {
            errors.Add(new ManifestError($"A component's name is words of letters and digits with single hyphens between them, a letter first, {MaxIdLength} characters at most.", table.Line, table.Column));
        }

        RefuseUnsupported(table);
        table.Text("description");
        table.Take("build");
        table.Take("targets");
        table.Take("profile");
        var component = new ManifestComponent
        {
            Id = id,
            Source = ReadSource(table),
            Environment = ReadEnvironment(table),
            Files = ReadFiles(table),
            ExcludeFiles = [.. table.Texts("exclude_files", MaxGlobs).Where(glob => IsGlob(table, glob)).Select(glob => glob.Text)],
            Variables = variables.ReadComponent(table.Table("variables")),
            KeyValueStores = ReadLabels(table, "key_value_stores"),
            SqliteDatabases = ReadLabels(table, "sqlite_databases"),
            AllowedOutboundHosts = [.. table.Texts("allowed_outbound_hosts", MaxHosts).Where(host => IsOutboundHost(table, host)).Select(host => host.Text)],
            Limits = ReadLimits(table),
            Dependencies = DependencyReader.Read(table),
            Line = table.Line,
            Column = table.Column,
        };
        table.End();
        _components.Add(component);
    }

    /// <summary>Checks that the components that dependencies name are there; once all are read.</summary>
    public void CheckDependencies()
    {
        foreach (var dependency in _components.SelectMany(static component => component.Dependencies))
        {
            if (dependency.Component is { } id && !Has(id))
            {
                errors.Add(new ManifestError($"There is no [component.{id}] for the dependency \"{dependency.Name}\".", dependency.Line, dependency.Column));
            }
        }
    }

    /// <summary>Reads a trigger's <c>component</c>: a component's name, or its table.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="inline">What a component that is written inside is called.</param>
    /// <returns>The component's id; null when that is an error.</returns>
    public string? ReadReference(TableReader trigger, string inline)
    {
        switch (trigger.Take("component"))
        {
            case null:
                trigger.Missing("component");
                return null;
            case { Value: { Content: string id } value }:
                _triggered.Add(id);
                if (Has(id))
                {
                    return id;
                }

                trigger.Error(value, $"There is no [component.{id}] for this trigger.");
                return null;
            case { Value.Content: TomlTable table } entry:
                _triggered.Add(inline);
                Declare(inline, trigger.Inner(table, "component", entry.Line, entry.Column));
                return inline;
            case { } entry:
                trigger.Wrong("component", entry.Value, "a component's name, or its table");
                return null;
        }
    }

    private static void RefuseUnsupported(TableReader table)
    {
        table.Refuse("allowed_http_hosts", "Spin deprecates it; write 'allowed_outbound_hosts = [\"https://example.com\"]'.");
        table.Refuse("ai_models", "the platform has no AI models.");
    }

    private static string ReadSource(TableReader table)
    {
        switch (table.Take("source"))
        {
            case null:
                table.Missing("source");
                return "";
            case { Value: { Content: string path } value }:
                if (RelativePath.Normalize(path) is { } normal)
                {
                    return normal;
                }

                table.Error(value, $"'{table.Name("source")}' must be a path within the manifest's directory.");
                return "";
            case { Value: { Content: TomlTable } value }:
                table.Error(
                    value,
                    $"'{table.Name("source")}' is refused: modules are uploaded, not fetched. Write a relative path, as 'source = \"app.wasm\"', and upload the file as the part of that name.");
                return "";
            case { } entry:
                table.Wrong("source", entry.Value, "a relative path");
                return "";
        }
    }

    private static SortedDictionary<string, string> ReadEnvironment(TableReader table)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (table.Table("environment") is not { } environment)
        {
            return variables;
        }

        foreach (var (name, entry) in environment.All())
        {
            if (entry.Value.Content is not string value)
            {
                environment.Wrong(name, entry.Value, "a string");
            }
            else if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
            {
                environment.Error(entry.Value, $"'{environment.Name(name)}' is refused: names of environment variables hold no '=', and neither they nor their values a NUL.");
            }
            else
            {
                variables[name] = value;
            }
        }

        return variables;
    }

    private static List<ManifestMount> ReadFiles(TableReader table)
    {
        var mounts = new List<ManifestMount>();
        foreach (var value in table.List("files", MaxGlobs))
        {
            if (value.Content is string glob)
            {
                if (IsGlob(table, (glob, value)))
                {
                    mounts.Add(new ManifestMount(glob, null));
                }
            }
            else if (value.Content is TomlTable inner)
            {
                AddMount(mounts, table.Inner(inner, "files", value.Line, value.Column), value);
            }
            else
            {
                table.Wrong("files", value, "a list of globs and { source = …, destination = … }");
            }
        }

        return mounts;
    }

    private static void AddMount(List<ManifestMount> mounts, TableReader table, TomlValue at)
    {
        var source = table.Text("source", isRequired: true);
        var destination = table.Text("destination", isRequired: true);
        table.End();
        if (source is null || destination is null)
        {
            return;
        }

        var path = source is "." or "./" ? "" : RelativePath.Normalize(source);
        if (path is null)
        {
            table.Error(at, $"'{table.Name("source")}' must be a path within the manifest's directory.");
        }
        else if (destination is not ['/', ..] || (RelativePath.Normalize(destination[1..]) is null && destination.Trim('/').Length > 0))
        {
            table.Error(at, $"'{table.Name("destination")}' must be an absolute path without '..', as \"/\" or \"/assets\".");
        }
        else
        {
            mounts.Add(new ManifestMount(path, "/" + RelativePath.Normalize(destination[1..])));
        }
    }

    private static bool IsGlob(TableReader table, (string Text, TomlValue Value) glob)
    {
        if (RelativePath.Normalize(glob.Text) is not null && Glob.TryParse(glob.Text, out _))
        {
            return true;
        }

        table.Error(glob.Value, $"\"{glob.Text}\" must be a path or glob within the manifest's directory, of '*', '?', '[…]' and the segment '**'.");
        return false;
    }

    private static List<string> ReadLabels(TableReader table, string key) =>
        [.. table.Texts(key, MaxStores).Where(label => IsLabel(table, label)).Select(label => label.Text).Distinct(StringComparer.Ordinal)];

    private static bool IsLabel(TableReader table, (string Text, TomlValue Value) label)
    {
        if (Label().IsMatch(label.Text))
        {
            return true;
        }

        table.Error(label.Value, $"\"{label.Text}\": a label is 1 to 64 letters, digits, '-' and '_', as \"default\".");
        return false;
    }

    private bool IsOutboundHost(TableReader table, (string Text, TomlValue Value) host)
    {
        if (!variables.IsTemplate(table, host.Value, host.Text))
        {
            return false;
        }

        if (variables.WithDefaults(host.Text) is not { } text || (text.Length <= 512 && OutboundHost().IsMatch(text)))
        {
            return true;
        }

        var with = text == host.Text ? "" : $", which \"{text}\" (with the variables' defaults) is not";
        table.Error(host.Value, $"\"{host.Text}\" must be scheme://host[:port], as \"https://example.com\" or \"https://*.example.com:8443\"{with}.");
        return false;
    }

    private static LimitsDocument ReadLimits(TableReader table)
    {
        if (ApplicationReader.PlatformTools(table) is not { } platform)
        {
            return new LimitsDocument();
        }

        var limits = new LimitsDocument(
            platform.Positive("fuel"),
            platform.Positive("memory-bytes"),
            platform.Positive("wall-ms"),
            platform.Positive("request-body-bytes"),
            platform.Positive("outbound-requests"),
            platform.Positive("log-bytes"));
        platform.End();
        return limits;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Kebab();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    // scheme or *, then a name (its first label may be *), an IPv4 address or network, an IPv6 address or network in brackets, or *, then a port, a range of them or *.
    [GeneratedRegex(
        @"\A(?:\*|[a-z][a-z0-9+.-]*)://(?:\*|(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:/[0-9]{1,2})?|\[[0-9A-Fa-f:.]+\](?:/[0-9]{1,3})?)(?::(?:\*|[0-9]{1,5}(?:\.\.[0-9]{1,5})?))?/?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex OutboundHost();
}
