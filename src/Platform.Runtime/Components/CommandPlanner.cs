namespace Platform.Runtime.Components;

/// <summary>Plans a core module upload: a <c>wasi_snapshot_preview1</c> command, called as WAGI.</summary>
internal static class CommandPlanner
{
    /// <summary>The one module that a command may import from.</summary>
    public const string Preview1 = "wasi_snapshot_preview1";

    /// <summary>Plans.</summary>
    /// <exception cref="HandlerRefusedException">It is no such command.</exception>
    public static ComponentPlan Plan(ReadOnlyMemory<byte> wasm, PlanLimits limits)
    {
        var info = CoreModuleParser.Parse(wasm, 0, limits, new PartsBudget(wasm.Length));
        var plain = new CoreSignature([], []);
        if (!info.Exports.TryGetValue("_start", out var start) || !Equals(start.Signature, plain))
        {
            throw new HandlerRefusedException(
                HandlerRefusal.NoHandler,
                "a core module must export the function _start without parameters or results (a WASI preview 1 command); "
                + "to answer through wasi:http upload a component instead");
        }

        if (!info.Exports.TryGetValue("memory", out var memory) || memory.Kind != CoreKind.Memory || info.DefinedMemories != 1)
        {
            throw new HandlerRefusedException(HandlerRefusal.NoHandler, "a WASI preview 1 command must define its memory and export it as memory");
        }

        List<HostImport> imports = [];
        List<ImportArgument> arguments = [];
        foreach (var import in info.Imports)
        {
            if (import.Module != Preview1 || import.Kind != CoreKind.Function || import.Signature is null)
            {
                throw new HandlerRefusedException(
                    HandlerRefusal.UnknownImport,
                    $"imports the {import.Kind.ToString().ToLowerInvariant()} {import.Name} of {import.Module}; a core module may import functions of {Preview1} only");
            }

            arguments.Add(new ImportArgument(import.Module, import.Name, new HostFunctionItem(imports.Count)));
            imports.Add(HostFunction(import.Name, import.Signature, new InstanceExportItem(0, "memory")));
        }

        return new ComponentPlan(
            [new CoreModuleRange(0, wasm.Length)],
            imports,
            [new InstantiateStep(0, arguments, 0)],
            [new HandlerExport(HandlerKinds.WagiCommand, "", "_start", new InstanceExportItem(0, "_start"), plain, new InstanceExportItem(0, "memory"), null, null, 0)],
            new MemoryTotals(info.DefinedMemories, [new InstanceExportItem(0, "memory")]),
            PlanTypes.None);
    }

    /// <summary>The host import that stands for a preview 1 function.</summary>
    public static HostImport HostFunction(string name, CoreSignature signature, CoreItem memory) =>
        new(HostImportKind.CoreFunction, Preview1, "", name, signature, StringEncoding.Utf8, memory, null);
}
