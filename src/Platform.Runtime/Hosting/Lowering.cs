using Platform.Runtime.Components;

namespace Platform.Runtime.Hosting;

/// <summary>A host function as one handler imports it: which memory and realloc its pointers mean.</summary>
/// <param name="Function">The function.</param>
/// <param name="Resource">For <c>resource.drop</c>, the type that may be dropped.</param>
/// <param name="MemorySlot">Index into the handler's memories; -1 for none.</param>
/// <param name="ReallocSlot">Index into the handler's functions that the host calls; -1 for none.</param>
/// <param name="Encoding">How its strings are encoded.</param>
internal sealed record Lowering(HostFunction Function, ResourceKind? Resource, int MemorySlot, int ReallocSlot, StringEncoding Encoding)
    : CanonicalOptions(MemorySlot, ReallocSlot, Encoding);
