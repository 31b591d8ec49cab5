namespace Platform.Runtime.Components;

/// <summary>
/// The memories that a handler's instances define. The engine's limit is for each memory, so that it is divided by their number; those that no host import
/// names can't be measured while they grow and are charged whole from the start.
/// </summary>
/// <param name="Defined">Memories of all instances.</param>
/// <param name="Unseen">Those of them that are not exported.</param>
internal sealed record MemoryTotals(int Defined, int Unseen);
