using Platform.Runtime.Components;

namespace Platform.Runtime.Sandboxes;

/// <summary>Numbers the distinct memories and functions of the guest that the host uses.</summary>
internal sealed class HandlerSlots
{
    /// <summary>Memories, by slot.</summary>
    public List<InstanceExportItem> Memories { get; } = [];

    /// <summary>Functions, by slot.</summary>
    public List<CoreItem> Functions { get; } = [];

    /// <summary>The slot of a memory; -1 for none.</summary>
    public int Memory(CoreItem? item) => item is InstanceExportItem memory ? Slot(Memories, memory) : -1;

    /// <summary>The slot of a function; -1 for none.</summary>
    public int Function(CoreItem? item) => item is null ? -1 : Slot(Functions, item);

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
