namespace Platform.Runtime.Components;

/// <summary>
/// Replaces the adapter module that wit-component puts between a <c>wasi_snapshot_preview1</c> core module and the component's imports by the platform's own
/// preview 1 functions: one host call instead of the adapter's several, and no second instance. Done only when nothing else of the adapter is used.
/// </summary>
internal static class AdapterElision
{
    private const string AdapterName = "wit-component:adapter:wasi_snapshot_preview1";

    /// <summary>Elides each component's adapter that is used for preview 1 only.</summary>
    public static void Apply(PlanDraft draft)
    {
        foreach (var adapter in draft.Instances.Where(instance => instance.Module.Info.Name == AdapterName).ToArray())
        {
            Apply(draft, adapter);
        }
    }

    private static void Apply(PlanDraft draft, PlannedInstance adapter)
    {
        var memory = adapter.Arguments
            .Where((argument, i) => argument is { Module: "env", Name: "memory" } && adapter.Module.Info.Imports[i].Kind == CoreKind.Memory)
            .FirstOrDefault()?.Item;
        if (memory is null || adapter.Module.Info.DefinedMemories > 0)
        {
            return;
        }

        // The adapter's own imports go through shim entries and host functions that use its realloc. They vanish with it once the shim is elided too; when
        // they don't, the draft isn't closed and the planner goes without this pass.
        var info = adapter.Module.Info;
        bool IsPreview1(string name) => info.Exports[name].Signature is { } signature && Preview1Has(name, signature);

        var owners = draft.Instances.Where(instance => instance.Arguments.Exists(argument => Refers(argument.Item, adapter.Index))).ToArray();
        if (owners.Any(instance => instance.Arguments.Exists(argument =>
                Refers(argument.Item, adapter.Index) && !IsPreview1(((InstanceExportItem)argument.Item).Name)))
            || draft.Handlers.Any(handler => handler.Items.Any(item => Refers(item, adapter.Index))))
        {
            return;
        }

        var replaced = new Dictionary<string, HostFunctionItem>(StringComparer.Ordinal);
        draft.Rewrite(
            item =>
            {
                if (item is not InstanceExportItem export || export.Instance != adapter.Index || info.Exports[export.Name].Kind != CoreKind.Function)
                {
                    return item;
                }

                if (!IsPreview1(export.Name))
                {
                    return item;
                }

                if (!replaced.TryGetValue(export.Name, out var host))
                {
                    host = new HostFunctionItem(draft.HostImports.Count);
                    draft.HostImports.Add(CommandPlanner.HostFunction(export.Name, info.Exports[export.Name].Signature!, memory));
                    replaced.Add(export.Name, host);
                }

                return host;
            },
            adapter.Index);
    }

    private static bool Refers(CoreItem? item, int instance) => item is InstanceExportItem export && export.Instance == instance;

    private static bool Preview1Has(string name, CoreSignature signature) =>
        Hosting.HostFunctions.Instance.All.TryGetValue((CommandPlanner.Preview1, name), out var function) && function.Signature.Equals(signature);
}
