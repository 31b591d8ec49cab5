namespace Platform.Runtime.Components;

/// <summary>Kinds of core imports and exports, with the numbers of the binary format.</summary>
internal enum CoreKind : byte
{
    /// <summary>A function.</summary>
    Function = 0,

    /// <summary>A table.</summary>
    Table = 1,

    /// <summary>A memory.</summary>
    Memory = 2,

    /// <summary>A global.</summary>
    Global = 3,
}
