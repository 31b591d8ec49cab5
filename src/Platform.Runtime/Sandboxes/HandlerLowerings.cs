using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using ValueType = Platform.Runtime.Components.ValueType;

namespace Platform.Runtime.Sandboxes;

/// <summary>From a plan's host imports to what implements them.</summary>
internal static class HandlerLowerings
{
    /// <summary>One for each host import of the plan.</summary>
    /// <exception cref="HandlerRefusedException">The platform doesn't have what one names.</exception>
    public static Lowering[] Create(ComponentPlan plan, HandlerSlots slots)
    {
        ResourceKind[] resources = [.. plan.Types.Resources.Select(static resource => resource.Component < 0
            ? HostFunctions.Instance.Resource(resource.Interface, resource.Version, resource.Name)
            : new ResourceKind("resource of a component", null, resource.Component))];
        var types = Types(plan.Types.Types);
        return [.. plan.HostImports.Select(import =>
        {
            var (function, resource) = import.Kind switch
            {
                HostImportKind.GuestCall => ((HostFunction)Call(import, import.Call!, types, resources, slots), null),
                HostImportKind.ResourceNew => (ResourceFunctions.New(import.Signature), resources[import.Resource]),
                HostImportKind.ResourceRep => (ResourceFunctions.Representation(import.Signature), resources[import.Resource]),
                HostImportKind.ResourceDrop when import.Resource >= 0 =>
                    (new ResourceDrop(import.Signature, slots.Function(import.Call?.Function)), resources[import.Resource]),
                _ => HostFunctions.Instance.Resolve(import),
            };
            return new Lowering(function, resource, slots.Memory(import.Memory), slots.Function(import.Realloc), import.Encoding);
        })];
    }

    private static ComponentCall Call(HostImport import, GuestCall call, ValueType[] types, ResourceKind[] resources, HandlerSlots slots) => new ComponentCall(
        import.Name,
        import.Signature,
        call.Component,
        slots.Function(call.Function),
        slots.Function(call.PostReturn),
        types[call.Parameters],
        call.Result < 0 ? null : types[call.Result],
        resources,
        slots.Memory(call.Memory),
        slots.Function(call.Realloc),
        call.Encoding);

    private static ValueType[] Types(IReadOnlyList<PlanType> plan)
    {
        var types = new ValueType[plan.Count];
        for (var i = 0; i < types.Length; i++)
        {
            var type = plan[i];
            types[i] = type.Kind switch
            {
                ValueKind.Text => ValueType.Text(),
                ValueKind.List => ValueType.List(types[type.Parts[0]]),
                ValueKind.Record => ValueType.Record([.. type.Parts.Select(part => types[part])]),
                ValueKind.Variant => ValueType.Variant([.. type.Parts.Select(part => part < 0 ? null : types[part])]),
                ValueKind.Flags => ValueType.Flags(type.Count),
                ValueKind.Own or ValueKind.Borrow => ValueType.Handle(type.Kind, null, type.Count),
                var scalar => ValueType.Scalar(scalar),
            };
        }

        return types;
    }
}
