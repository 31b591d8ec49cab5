using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary>What a component does with the resources that it defines itself.</summary>
internal static unsafe class ResourceFunctions
{
    /// <summary><c>canon resource.new</c>: a handle for a number of the component's.</summary>
    public static HostFunction New(CoreSignature signature) => new("resource.new", signature, HostFunctions.CallFuel, &New);

    /// <summary><c>canon resource.rep</c>: the number behind a handle.</summary>
    public static HostFunction Representation(CoreSignature signature) => new("resource.rep", signature, HostFunctions.CallFuel, &Representation);

    private static void New(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new GuestResource(lowering.Resource!, values[0].U32));

    private static void Representation(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = ((GuestResource)context.Handles.Get(values[0].U32, lowering.Resource!)).Representation;
}
