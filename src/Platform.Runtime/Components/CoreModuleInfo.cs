namespace Platform.Runtime.Components;

/// <summary>What the planner and the linker need to know of a core module, read from its sections without decoding its code.</summary>
internal sealed class CoreModuleInfo
{
    /// <summary>Imports, in order.</summary>
    public List<CoreImport> Imports { get; } = [];

    /// <summary>Exports by name.</summary>
    public Dictionary<string, CoreExport> Exports { get; } = new(StringComparer.Ordinal);

    /// <summary>Function types by index; null for one with other values than the four number types.</summary>
    public List<CoreSignature?> Types { get; } = [];

    /// <summary>Signatures of all functions, imported ones first; null like <see cref="Types"/>.</summary>
    public List<CoreSignature?> Functions { get; } = [];

    /// <summary>Types of all tables, imported ones first.</summary>
    public List<CoreItemType> Tables { get; } = [];

    /// <summary>Types of all memories, imported ones first.</summary>
    public List<CoreItemType> Memories { get; } = [];

    /// <summary>Types of all globals, imported ones first.</summary>
    public List<CoreItemType> Globals { get; } = [];

    /// <summary>Memories that it defines itself.</summary>
    public int DefinedMemories { get; set; }

    /// <summary>Tables that it defines itself.</summary>
    public int DefinedTables { get; set; }

    /// <summary>Globals that it defines itself.</summary>
    public int DefinedGlobals { get; set; }

    /// <summary>Index of the start function; null for none.</summary>
    public int? Start { get; set; }

    /// <summary>The content of the code section; empty for none.</summary>
    public ReadOnlyMemory<byte> Code { get; set; }

    /// <summary>The content of the element section; empty for none.</summary>
    public ReadOnlyMemory<byte> Elements { get; set; }

    /// <summary>Whether there is a data section.</summary>
    public bool HasData { get; set; }

    /// <summary>The module's name in its name section; empty for none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Imported functions.</summary>
    public int ImportedFunctions { get; set; }
}
