namespace Platform.Runtime.Hosting;

/// <summary>A resource that a component defines itself: a number of its own stands for it (<c>resource.rep</c>).</summary>
internal sealed class GuestResource(ResourceKind kind, uint representation) : Resource
{
    /// <summary>Its type.</summary>
    public ResourceKind Kind { get; } = kind;

    /// <summary>What the component gave <c>resource.new</c>.</summary>
    public uint Representation { get; } = representation;
}
