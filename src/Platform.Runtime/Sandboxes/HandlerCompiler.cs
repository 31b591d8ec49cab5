using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Sandboxes;

/// <summary>From an uploaded binary to the files of an artifact.</summary>
internal static unsafe class HandlerCompiler
{
    /// <summary>The plan's file name in an artifact.</summary>
    public const string PlanFile = "plan.json";

    /// <summary>Plans, and resolves every import, so that none is met unlinked at run time.</summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here.</exception>
    public static ComponentPlan Plan(ReadOnlyMemory<byte> wasm)
    {
        var plan = ComponentPlanner.Plan(wasm);
        HandlerLowerings.Create(plan, new HandlerSlots());
        return plan;
    }

    /// <summary>A core module's file name in an artifact.</summary>
    public static string ModuleFile(int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{index}.cwasm");

    /// <summary>Writes the artifact into a directory.</summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here, or the native compiler refused a module.</exception>
    public static void Compile(ReadOnlyMemory<byte> wasm, string directory)
    {
        var plan = Plan(wasm);
        var engine = EngineConfiguration.CreateEngine(new SandboxEngineOptions { Slots = 1 });
        try
        {
            for (var i = 0; i < plan.Modules.Count; i++)
            {
                var range = plan.Modules[i];
                CompileModule(engine, wasm.Span.Slice(range.Offset, range.Length), Path.Combine(directory, ModuleFile(i)));
            }
        }
        finally
        {
            NativeMethods.wasm_engine_delete(engine);
        }

        File.WriteAllBytes(Path.Combine(directory, PlanFile), PlanSerializer.Serialize(plan));
    }

    private static void CompileModule(nint engine, ReadOnlySpan<byte> wasm, string path)
    {
        nint module;
        fixed (byte* bytes = wasm)
        {
            if (NativeError.Take(NativeMethods.wasmtime_module_new(engine, bytes, (nuint)wasm.Length, &module)) is { } refused)
            {
                throw new HandlerRefusedException(HandlerRefusal.Malformed, $"a core module is invalid: {refused}");
            }
        }

        try
        {
            NativeVec serialized = default;
            NativeError.ThrowIfError(NativeMethods.wasmtime_module_serialize(module, &serialized));
            try
            {
                using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                file.Write(new ReadOnlySpan<byte>((void*)serialized.Data, checked((int)serialized.Size)));
            }
            finally
            {
                NativeMethods.wasm_byte_vec_delete(&serialized);
            }
        }
        finally
        {
            NativeMethods.wasmtime_module_delete(module);
        }
    }
}
