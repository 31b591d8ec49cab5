using Platform.Runtime.Components;

namespace Platform.Runtime.Sandboxes;

/// <summary>Numbers the distinct memories and realloc functions that a plan's host imports name.</summary>
internal sealed class HandlerSlots
{
    /// <summary>Memories, by slot.</summary>
    public List<InstanceExportItem> Memories { get; } = [];

    /// <summary>Realloc functions, by slot.</summary>
    public List<CoreItem> Reallocs { get; } = [];

    /// <summary>The slot of a memory; -1 for none.</summary>
    public int Memory(CoreItem? item) => item is InstanceExportItem memory ? Slot(Memories, memory) : -1;

    /// <summary>The slot of a realloc function; -1 for none.</summary>
    public int Realloc(CoreItem? item) => item is null ? -1 : Slot(Reallocs, item);

    private static int Slot<T>(List<T> list, T item)
    {
        var slot = list.IndexOf(item);
        if (slot < 0)
        {
            slot = list.Count;
            list.Add(item);
        }

        return slot;
    }
}
