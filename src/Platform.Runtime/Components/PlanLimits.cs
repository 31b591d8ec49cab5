namespace Platform.Runtime.Components;

/// <summary>What a handler may ask for before it runs.</summary>
/// <param name="MemoryBytes">The largest initial memory, bytes.</param>
/// <param name="TableElements">The largest initial table, elements.</param>
internal sealed record PlanLimits(long MemoryBytes, int TableElements)
{
    /// <summary>The installation's ceilings: what a slot of the engine's pool holds.</summary>
    public static PlanLimits Default { get; } = new(128L << 20, Sandboxes.EngineConfiguration.TableElements);
}
