using System.Text;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Sandboxes;

/// <summary>A handler of a plan with what calling it needs.</summary>
internal sealed class HandlerEntry(HandlerExport export, HandlerSlots slots)
{
    /// <summary>The handler.</summary>
    public HandlerExport Export { get; } = export;

    /// <summary>Its name among the exports of its instance.</summary>
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(((InstanceExportItem)export.Core).Name);

    /// <summary>How its parameters and results are passed.</summary>
    public CanonicalOptions Options { get; } = new(slots.Memory(export.Memory), slots.Function(export.Realloc), StringEncoding.Utf8);
}
