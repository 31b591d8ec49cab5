using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>canon resource.drop</c> of a resource that a component of the upload defines: runs its destructor, in that component.</summary>
/// <param name="signature">Of the drop.</param>
/// <param name="destructor">The slot of the destructor; -1 for none.</param>
internal sealed unsafe class ResourceDrop(CoreSignature signature, int destructor) : HostFunction("resource.drop", signature, HostFunctions.CallFuel, &Drop)
{
    private readonly int _destructor = destructor;

    private static void Drop(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var kind = lowering.Resource!;
        if (context.Handles.Drop(values[0].U32, kind, context) is not GuestResource resource)
        {
            return;
        }

        var dropper = context.Component;
        var isOwn = kind.Component == dropper;
        if (!isOwn)
        {
            context.Enter(kind.Component);
        }

        var slot = ((ResourceDrop)lowering.Function)._destructor;
        if (slot >= 0)
        {
            values[0].U32 = resource.Representation;
            context.CallGuest(slot, values, 1, "destructor", mayLeave: true);
        }

        if (!isOwn)
        {
            context.Return(dropper);
        }
    }
}
