using System.Runtime.InteropServices;

namespace Platform.Runtime.Interop;

/// <summary>
/// Wasmtime's C API, as headers wasmtime/*.h and wasm.h of release 50 declare it. <see cref="SuppressGCTransitionAttribute"/> stands only on calls that
/// take well under a microsecond and neither run guest code, allocate, lock nor call back.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "wasmtime";

    // config.h, engine.h
    [LibraryImport(Library)]
    public static partial nint wasm_config_new();

    [LibraryImport(Library)]
    public static partial void wasmtime_config_consume_fuel_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_epoch_interruption_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_max_wasm_stack_set(nint config, nuint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_threads_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_memory64_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_gc_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_function_references_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_exceptions_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_stack_switching_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_multi_memory_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_relaxed_simd_deterministic_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_cranelift_nan_canonicalization_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_gc_support_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_native_unwind_info_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_memory_may_move_set(nint config, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_strategy_set(nint config, nint pooling);

    [LibraryImport(Library)]
    public static partial nint wasmtime_pooling_allocation_config_new();

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_delete(nint pooling);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_max_unused_warm_slots_set(nint pooling, uint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(nint pooling, nuint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_table_keep_resident_set(nint pooling, nuint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_total_memories_set(nint pooling, uint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_total_tables_set(nint pooling, uint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_total_core_instances_set(nint pooling, uint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_max_core_instance_size_set(nint pooling, nuint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_max_tables_per_module_set(nint pooling, uint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_max_memories_per_module_set(nint pooling, uint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_table_elements_set(nint pooling, nuint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_pooling_allocation_config_max_memory_size_set(nint pooling, nuint value);

    [LibraryImport(Library)]
    public static partial nint wasm_engine_new_with_config(nint config);

    [LibraryImport(Library)]
    public static partial void wasm_engine_delete(nint engine);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void wasmtime_engine_increment_epoch(nint engine);

    // module.h
    [LibraryImport(Library)]
    public static partial nint wasmtime_module_new(nint engine, byte* wasm, nuint length, nint* module);

    [LibraryImport(Library)]
    public static partial void wasmtime_module_delete(nint module);

    [LibraryImport(Library)]
    public static partial nint wasmtime_module_serialize(nint module, NativeVec* bytes);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint wasmtime_module_deserialize_file(nint engine, string path, nint* module);

    // wasm.h
    [LibraryImport(Library)]
    public static partial void wasm_byte_vec_delete(NativeVec* vec);

    [LibraryImport(Library)]
    public static partial nint wasm_valtype_new(byte kind);

    [LibraryImport(Library)]
    public static partial void wasm_valtype_vec_new(NativeVec* vec, nuint size, nint* types);

    [LibraryImport(Library)]
    public static partial nint wasm_functype_new(NativeVec* parameters, NativeVec* results);

    [LibraryImport(Library)]
    public static partial void wasm_functype_delete(nint type);

    // linker.h, instance.h
    [LibraryImport(Library)]
    public static partial nint wasmtime_linker_new(nint engine);

    [LibraryImport(Library)]
    public static partial void wasmtime_linker_delete(nint linker);

    [LibraryImport(Library)]
    public static partial nint wasmtime_linker_define_func_unchecked(
        nint linker,
        byte* module,
        nuint moduleLength,
        byte* name,
        nuint nameLength,
        nint type,
        delegate* unmanaged[Cdecl]<nint, nint, ValRaw*, nuint, nint> callback,
        nint data,
        nint finalizer);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool wasmtime_linker_get(
        nint linker, nint context, byte* module, nuint moduleLength, byte* name, nuint nameLength, NativeExtern* item);

    [LibraryImport(Library)]
    public static partial nint wasmtime_linker_instantiate_pre(nint linker, nint module, nint* instancePre);

    [LibraryImport(Library)]
    public static partial void wasmtime_instance_pre_delete(nint instancePre);

    [LibraryImport(Library)]
    public static partial nint wasmtime_instance_pre_instantiate(nint instancePre, nint context, NativeInstance* instance, nint* trap);

    [LibraryImport(Library)]
    public static partial nint wasmtime_instance_new(
        nint context, nint module, NativeExtern* imports, nuint count, NativeInstance* instance, nint* trap);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool wasmtime_instance_export_get(
        nint context, NativeInstance* instance, byte* name, nuint nameLength, NativeExtern* item);

    // store.h
    [LibraryImport(Library)]
    public static partial nint wasmtime_store_new(nint engine, nint data, nint finalizer);

    [LibraryImport(Library)]
    public static partial void wasmtime_store_delete(nint store);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint wasmtime_store_context(nint store);

    [LibraryImport(Library)]
    public static partial void wasmtime_store_limiter(nint store, long memory, long elements, long instances, long tables, long memories);

    [LibraryImport(Library)]
    public static partial void wasmtime_store_epoch_deadline_callback(
        nint store, delegate* unmanaged[Cdecl]<nint, nint, ulong*, byte*, nint> callback, nint data, nint finalizer);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void wasmtime_context_set_epoch_deadline(nint context, ulong ticks);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint wasmtime_context_set_fuel(nint context, ulong fuel);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint wasmtime_context_get_fuel(nint context, ulong* fuel);

    // memory.h, func.h
    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* wasmtime_memory_data(nint context, NativeMemory* memory);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nuint wasmtime_memory_data_size(nint context, NativeMemory* memory);

    [LibraryImport(Library)]
    public static partial nint wasmtime_func_call_unchecked(nint context, NativeFunc* func, ValRaw* values, nuint count, nint* trap);

    // trap.h, error.h
    [LibraryImport(Library)]
    public static partial nint wasmtime_trap_new(byte* message, nuint length);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool wasmtime_trap_code(nint trap, byte* code);

    [LibraryImport(Library)]
    public static partial void wasm_trap_message(nint trap, NativeVec* message);

    [LibraryImport(Library)]
    public static partial void wasm_trap_delete(nint trap);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint wasmtime_error_new(string message);

    [LibraryImport(Library)]
    public static partial void wasmtime_error_message(nint error, NativeVec* message);

    [LibraryImport(Library)]
    public static partial void wasmtime_error_delete(nint error);
}
