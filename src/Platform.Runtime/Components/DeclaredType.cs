namespace Platform.Runtime.Components;

/// <summary>A component or instance type: its declarations as bytes, read again with names in hand when something of this type is imported.</summary>
internal sealed class DeclaredType(bool isInstance, int start, Scope scope) : ComponentType
{
    /// <summary>Whether it is an instance type.</summary>
    public bool IsInstance { get; } = isInstance;

    /// <summary>Offset of its declarations in the uploaded binary.</summary>
    public int Start { get; } = start;

    /// <summary>Where it was declared: what its outer aliases mean.</summary>
    public Scope Scope { get; } = scope;
}
