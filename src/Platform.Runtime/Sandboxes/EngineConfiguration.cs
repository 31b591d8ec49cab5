using System.Security.Cryptography;
using System.Text;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Sandboxes;

/// <summary>The engine's settings: one place, because an artifact only loads into an engine with the very settings it was compiled for.</summary>
internal static class EngineConfiguration
{
    /// <summary>Elements of one table. StarlingMonkey's is the largest seen; the pool reserves this for each slot.</summary>
    public const int TableElements = 20_000;

    /// <summary>Memory of a slot that stays resident after its request, and so needs no page fault in the next: covers small guests (5 µs against 16 µs).</summary>
    private const int MemoryKeepResident = 1 << 20;

    private const int TableKeepResident = 128 << 10;

    /// <summary>Bytes of engine metadata for one core instance; the default, 1 MiB, also bounds what a hostile module can make the pool hold.</summary>
    private const int MaxCoreInstanceSize = 1 << 20;

    private static readonly Lazy<string> s_fingerprint = new(ComputeFingerprint);

    /// <summary>Raised when the settings, the plan format or the elision change what an artifact means.</summary>
    private const int Revision = 5;

    /// <summary>See <see cref="SandboxEngine.Fingerprint"/>.</summary>
    public static string Fingerprint => s_fingerprint.Value;

    /// <summary>Creates the native engine.</summary>
    public static nint CreateEngine(SandboxEngineOptions options)
    {
        var config = NativeMethods.wasm_config_new();
        NativeMethods.wasmtime_config_consume_fuel_set(config, true);
        NativeMethods.wasmtime_config_epoch_interruption_set(config, true);
        NativeMethods.wasmtime_config_max_wasm_stack_set(config, 512 << 10);
        NativeMethods.wasmtime_config_wasm_threads_set(config, false);
        NativeMethods.wasmtime_config_wasm_memory64_set(config, false);
        NativeMethods.wasmtime_config_wasm_gc_set(config, false);
        NativeMethods.wasmtime_config_wasm_function_references_set(config, false);
        NativeMethods.wasmtime_config_wasm_exceptions_set(config, false);
        NativeMethods.wasmtime_config_wasm_stack_switching_set(config, false);
        NativeMethods.wasmtime_config_wasm_multi_memory_set(config, false);
        NativeMethods.wasmtime_config_wasm_relaxed_simd_deterministic_set(config, true);
        NativeMethods.wasmtime_config_cranelift_nan_canonicalization_set(config, true);
        NativeMethods.wasmtime_config_gc_support_set(config, false);
        NativeMethods.wasmtime_config_memory_may_move_set(config, false);

        var pooling = NativeMethods.wasmtime_pooling_allocation_config_new();
        var slots = (uint)options.Slots;
        NativeMethods.wasmtime_pooling_allocation_config_total_memories_set(pooling, slots);
        NativeMethods.wasmtime_pooling_allocation_config_total_tables_set(pooling, slots * 2);
        NativeMethods.wasmtime_pooling_allocation_config_total_core_instances_set(pooling, slots * 4);
        NativeMethods.wasmtime_pooling_allocation_config_max_core_instance_size_set(pooling, MaxCoreInstanceSize);
        NativeMethods.wasmtime_pooling_allocation_config_max_tables_per_module_set(pooling, 4);
        NativeMethods.wasmtime_pooling_allocation_config_max_memories_per_module_set(pooling, 1);
        NativeMethods.wasmtime_pooling_allocation_config_table_elements_set(pooling, TableElements);
        NativeMethods.wasmtime_pooling_allocation_config_max_memory_size_set(pooling, (nuint)options.MaxMemoryBytes);
        NativeMethods.wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pooling, MemoryKeepResident);
        NativeMethods.wasmtime_pooling_allocation_config_table_keep_resident_set(pooling, TableKeepResident);
        NativeMethods.wasmtime_pooling_allocation_config_max_unused_warm_slots_set(pooling, slots);
        NativeMethods.wasmtime_pooling_allocation_strategy_set(config, pooling);
        NativeMethods.wasmtime_pooling_allocation_config_delete(pooling);

        var engine = NativeMethods.wasm_engine_new_with_config(config);
        if (engine == 0)
        {
            throw new PlatformNotSupportedException("the wasm engine could not be created with this system's address space limits or processor");
        }

        SignalRepair.Apply();
        return engine;
    }

    private static string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var path = typeof(NativeMethods).Assembly.Location;
        var library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libwasmtime.so");
        if (!File.Exists(library))
        {
            library = Path.Combine(Path.GetDirectoryName(path)!, "libwasmtime.so");
        }

        using (var stream = File.OpenRead(library))
        {
            Span<byte> digest = stackalloc byte[32];
            SHA256.HashData(stream, digest);
            hash.AppendData(digest);
        }

        var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        hash.AppendData(Encoding.UTF8.GetBytes($"{Revision}\n{flags}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
