namespace Platform.Runtime.Components;

/// <summary>A resource type; equal by reference. Its name is where it was imported first.</summary>
/// <param name="interface">The interface that declares it, without version; empty for one that the component defines itself.</param>
/// <param name="version">The interface's version.</param>
/// <param name="name">Its name there.</param>
internal sealed class ResourceType(string @interface, string version, string name) : ComponentType
{
    /// <summary>The interface that declares it, without version; empty for one that the component defines itself.</summary>
    public string Interface { get; } = @interface;

    /// <summary>The interface's version.</summary>
    public string Version { get; } = version;

    /// <summary>Its name there.</summary>
    public string Name { get; } = name;

    /// <summary>For one that a component defines itself, that component; else null.</summary>
    public Scope? Definer { get; init; }

    /// <summary>Its destructor; null for none.</summary>
    public CoreItem? Destructor { get; init; }
}
