using System.Text.RegularExpressions;

namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>[component.X.dependencies]</c> and <c>dependencies_inherit_configuration</c>.</summary>
internal static partial class DependencyReader
{
    // Each is a component instance in every sandbox.
    private const int MaxDependencies = 16;
    private const int MaxNameLength = 256;
    private const string Fetched = "packages are uploaded, not fetched. Write { path = \"dependency.wasm\" }, and upload the component as the part of that name.";

    private static readonly string[] s_keys =
        ["ai_models", "allowed_outbound_hosts", "environment", "files", "key_value_stores", "sqlite_databases", "variables"];

    public static List<ManifestDependency> Read(TableReader component)
    {
        var dependencies = new List<ManifestDependency>();
        var all = component.Take("dependencies_inherit_configuration");
        if (all is { Value.Content: not bool })
        {
            component.Wrong("dependencies_inherit_configuration", all.Value, "true or false");
        }

        if (component.Table("dependencies") is not { } table)
        {
            return dependencies;
        }

        foreach (var (name, entry) in table.All())
        {
            if (!Name().IsMatch(name) || name.Length > MaxNameLength)
            {
                table.Error(entry.Value, $"\"{name}\" must be the name of imports, as \"example:calculator/add@1.0.0\", \"example:calculator/add\", \"example:calculator\" or \"add\".");
            }
            else if (entry.Value.Content is not TomlTable inner)
            {
                table.Error(entry.Value, $"'{table.Name(name)}' is refused: {Fetched}");
            }
            else if (ReadOne(table.Inner(inner, name, entry.Line, entry.Column), name, all) is { } dependency)
            {
                dependencies.Add(dependency);
            }
        }

        if (dependencies.Count > MaxDependencies)
        {
            component.Error(component.Take("dependencies")!.Value, $"'{component.Name("dependencies")}' has more than {MaxDependencies} entries.");
        }

        return dependencies;
    }

    private static ManifestDependency? ReadOne(TableReader table, string name, TomlEntry? all)
    {
        foreach (var key in (string[])["version", "registry", "package", "url", "digest"])
        {
            if (table.Take(key) is { } fetched)
            {
                table.Error(fetched.Value, $"'{table.Name(key)}' is refused: {Fetched}");
                return null;
            }
        }

        var path = ReadPath(table);
        var component = table.Text("component");
        var export = table.Text("export");
        var inherits = ReadInherits(table, all);
        table.End();
        if ((path is null) == (component is null))
        {
            if (path is not null)
            {
                table.Error(table.Take("component")!.Value, $"'{table.Name("path")}' and '{table.Name("component")}' exclude each other.");
            }
            else if (table.Take("path") is null)
            {
                table.Missing("path");
            }

            return null;
        }

        if (export is not null && name.Contains(':', StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
        {
            table.Error(table.Take("export")!.Value, $"'{table.Name("export")}' can't stand for all interfaces of the package: name one, as \"{name.Split('@')[0]}/interface\".");
            return null;
        }

        return new ManifestDependency
        {
            Name = name,
            Path = path,
            Component = component,
            Export = export,
            Inherits = inherits,
            Line = table.Line,
            Column = table.Column,
        };
    }

    private static string? ReadPath(TableReader table)
    {
        if (table.Text("path") is not { } path)
        {
            return null;
        }

        var normal = RelativePath.Normalize(path);
        if (normal is null)
        {
            table.Error(table.Take("path")!.Value, $"'{table.Name("path")}' must be a path within the manifest's directory.");
        }

        return normal;
    }

    private static string[] ReadInherits(TableReader table, TomlEntry? all)
    {
        const string Key = "inherit_configuration";
        var entry = table.Take(Key);
        if (entry is not null && all is not null)
        {
            table.Error(entry.Value, $"'{table.Name(Key)}' and 'dependencies_inherit_configuration' exclude each other: say it for each dependency, or for all.");
            return [];
        }

        switch ((entry ?? all)?.Value.Content)
        {
            case null or false:
                return [];
            case true:
                return s_keys;
            case List<TomlValue>:
                var keys = table.Texts(Key).ToList();
                foreach (var (text, value) in keys.Where(static key => !s_keys.Contains(key.Text, StringComparer.Ordinal)))
                {
                    table.Error(value, $"\"{text}\" can't be inherited. Known here: {string.Join(", ", s_keys)}.");
                }

                return [.. keys.Select(static key => key.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            default:
                if (entry is not null)
                {
                    table.Wrong(Key, entry.Value, "true, false or a list of keys");
                }

                return [];
        }
    }

    [GeneratedRegex(
        @"\A[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*((:[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*)+(/[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*)?(@[0-9][0-9A-Za-z.+-]*)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
