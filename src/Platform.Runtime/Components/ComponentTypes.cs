namespace Platform.Runtime.Components;

/// <summary>A type of the component model. Value types know their flattened core form (Canonical ABI, "Flattening").</summary>
internal abstract class ComponentType
{
    /// <summary>How deep types may nest: what keeps recursion over them bounded.</summary>
    public const int MaxDepth = 100;

    /// <summary>Nesting depth.</summary>
    public int Depth { get; protected init; }

    /// <summary>1 + the deepest of the parts.</summary>
    /// <exception cref="HandlerRefusedException">Too deep.</exception>
    protected static int DepthOver(IEnumerable<ComponentType> parts)
    {
        var depth = parts.Select(part => part.Depth).DefaultIfEmpty(0).Max() + 1;
        return depth <= MaxDepth
            ? depth
            : throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"types nested deeper than {MaxDepth}");
    }
}
