namespace Platform.Runtime.Components;

/// <summary>
/// A component and its dependencies in one binary, as the control plane makes it of a manifest's <c>dependencies</c>: the header of a component; a custom section
/// <c>platform:composition</c>; as component sections the component itself, then one for each dependency, in order. The custom section is a vector of
/// dependencies: name and export, both names of the binary format, and a vector of names, the manifest's keys that are inherited.
/// </summary>
/// <param name="Start">Where the component's binary begins.</param>
/// <param name="Length">Bytes of the component's binary.</param>
/// <param name="Dependencies">Its dependencies.</param>
internal sealed record Composition(int Start, int Length, IReadOnlyList<Dependency> Dependencies)
{
    private const string SectionName = "platform:composition";
    private const int HeaderBytes = 8;
    private const int MaxDependencies = 16;
    private const byte CustomSection = 0;
    private const byte ComponentSection = 4;

    /// <summary>Reads a component binary; null when it is no composition.</summary>
    /// <exception cref="HandlerRefusedException">It is a malformed one.</exception>
    public static Composition? Read(ReadOnlySpan<byte> wasm)
    {
        var reader = new WasmReader(wasm[HeaderBytes..], HeaderBytes);
        if (reader.AtEnd || reader.U8() != CustomSection)
        {
            return null;
        }

        var section = reader.Sub(reader.U32());
        if (section.Name() != SectionName)
        {
            return null;
        }

        List<(string Name, string Export, ConfigurationKeys Inherits)> entries = [];
        for (var count = section.Count(MaxDependencies, "dependencies"); count > 0; count--)
        {
            entries.Add((section.Name(), section.Name(), Keys(ref section)));
        }

        var (start, length) = Component(ref reader);
        List<Dependency> dependencies = [];
        foreach (var (name, export, inherits) in entries)
        {
            var (dependencyStart, dependencyLength) = Component(ref reader);
            dependencies.Add(new Dependency(name, export, inherits, dependencyStart, dependencyLength));
        }

        return section.AtEnd && reader.AtEnd
            ? new Composition(start, length, dependencies)
            : throw reader.Malformed("bytes after the end of a composition");
    }

    private static (int Start, int Length) Component(ref WasmReader reader)
    {
        if (reader.U8() != ComponentSection)
        {
            throw reader.Malformed("a composition has another section than its components");
        }

        var section = reader.Sub(reader.U32());
        return (section.Offset, section.Remaining);
    }

    private static ConfigurationKeys Keys(ref WasmReader section)
    {
        var keys = ConfigurationKeys.None;
        for (var count = section.Count(100, "inherited keys"); count > 0; count--)
        {
            keys |= section.Name() switch
            {
                "ai_models" => ConfigurationKeys.None,
                "allowed_outbound_hosts" => ConfigurationKeys.AllowedOutboundHosts,
                "environment" => ConfigurationKeys.Environment,
                "files" => ConfigurationKeys.Files,
                "key_value_stores" => ConfigurationKeys.KeyValueStores,
                "sqlite_databases" => ConfigurationKeys.SqliteDatabases,
                "variables" => ConfigurationKeys.Variables,
                var key => throw section.Unsupported($"inheriting '{key}'"),
            };
        }

        return keys;
    }
}
