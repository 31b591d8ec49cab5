using Platform.Runtime.Components;

namespace Platform.Runtime.Hosting;

/// <summary>Which memory and realloc the pointers of a lifted or lowered function mean (Canonical ABI, <c>canonopt</c>).</summary>
/// <param name="MemorySlot">Index into the handler's memories; -1 for none.</param>
/// <param name="ReallocSlot">Index into the handler's functions that the host calls; -1 for none.</param>
/// <param name="Encoding">How its strings are encoded.</param>
internal record CanonicalOptions(int MemorySlot, int ReallocSlot, StringEncoding Encoding);
