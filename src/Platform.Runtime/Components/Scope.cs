namespace Platform.Runtime.Components;

/// <summary>The index spaces of a component (or of a type's declarations) while it is evaluated.</summary>
internal sealed class Scope
{
    /// <summary>Nesting of components and type declarations.</summary>
    public const int MaxDepth = 32;

    /// <summary>A scope inside another, whose configuration it has; null for one that is inside of nothing.</summary>
    /// <exception cref="HandlerRefusedException">Too deep.</exception>
    public Scope(Scope? parent, ConfigurationKeys inherits = ConfigurationKeys.All)
    {
        Parent = parent;
        Inherits = parent?.Inherits ?? inherits;
        Depth = (parent?.Depth ?? 0) + 1;
        if (Depth > MaxDepth)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"components nested deeper than {MaxDepth}");
        }
    }

    /// <summary>The number of the component instance; -1 while nothing of its code was met.</summary>
    public int Number { get; set; } = -1;

    /// <summary>What the component may use of what the manifest grants.</summary>
    public ConfigurationKeys Inherits { get; }

    /// <summary>The enclosing scope.</summary>
    public Scope? Parent { get; }

    /// <summary>How deep it is nested.</summary>
    public int Depth { get; }

    /// <summary>Component types.</summary>
    public List<ComponentType> Types { get; } = [];

    /// <summary>Component functions.</summary>
    public List<ComponentFunction> Functions { get; } = [];

    /// <summary>Component instances.</summary>
    public List<ComponentInstance> Instances { get; } = [];

    /// <summary>Nested components.</summary>
    public List<ComponentDefinition> Components { get; } = [];

    /// <summary>Core modules.</summary>
    public List<CoreModule> Modules { get; } = [];

    /// <summary>Core instances.</summary>
    public List<CoreInstance> CoreInstances { get; } = [];

    /// <summary>Core types: counted only.</summary>
    public int CoreTypes { get; set; }

    /// <summary>Core functions, tables, memories and globals, by <see cref="CoreKind"/>.</summary>
    public List<CoreEntity>[] Core { get; } = [[], [], [], []];

    /// <summary>What the component exports.</summary>
    public Dictionary<string, object> Exports { get; } = new(StringComparer.Ordinal);

    /// <summary>The scope a number of levels out; 0 is this one.</summary>
    public Scope? Outer(uint count)
    {
        var scope = this;
        for (; count > 0 && scope is not null; count--)
        {
            scope = scope.Parent;
        }

        return scope;
    }
}
