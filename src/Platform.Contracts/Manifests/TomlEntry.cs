namespace Platform.Contracts.Manifests;

/// <summary>A key with its value, and where the key stands, from 1.</summary>
internal sealed record TomlEntry(TomlValue Value, int Line, int Column);
