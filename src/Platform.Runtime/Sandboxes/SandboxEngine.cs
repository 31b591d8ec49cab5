using System.Diagnostics;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Http;
using Platform.Runtime.Wasi.Redis;
using Platform.Runtime.Wasi.Wagi;

namespace Platform.Runtime.Sandboxes;

/// <summary>
/// The engine of a worker process: loads compiled handlers and runs one request in a fresh store. Thread-safe. One per process.
/// </summary>
public sealed unsafe class SandboxEngine : IDisposable
{
    [ThreadStatic]
    private static RequestContext? s_context;

    private readonly SandboxEngineOptions _options;
    private readonly EpochTicker _ticker;
    private nint _engine;

    /// <summary>Creates the engine, its pool and its epoch ticker, and repairs the SIGFPE and SIGILL handlers.</summary>
    /// <exception cref="PlatformNotSupportedException">Not Linux x64 with glibc, or the processor lacks what the engine needs; the message says what.</exception>
    public SandboxEngine(SandboxEngineOptions options)
    {
        SystemSupport.Check();
        _options = options;
        _engine = EngineConfiguration.CreateEngine(options);
        _ticker = new EpochTicker(_engine, options.EpochTick);
    }

    /// <summary>
    /// Identifies everything a compiled artifact depends on: native library, configuration, processor features, plan format. Part of an artifact's
    /// cache key; artifacts of another fingerprint can't be loaded.
    /// </summary>
    public static string Fingerprint => EngineConfiguration.Fingerprint;

    /// <summary>Parses and plans without native code: what the handler is, or why it is refused.</summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here.</exception>
    public static HandlerKinds Inspect(ReadOnlyMemory<byte> wasm) => HandlerCompiler.Plan(wasm).Kinds;

    /// <summary>
    /// Compiles into a directory that exists and is empty: <c>plan.json</c> and one <c>N.cwasm</c> a core module. For the compile process only: takes
    /// seconds and hundreds of MiB for a large component.
    /// </summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here, or the native compiler refused it.</exception>
    public static void Compile(ReadOnlyMemory<byte> wasm, string directory) => HandlerCompiler.Compile(wasm, directory);

    /// <summary>Loads what <see cref="Compile"/> made. The caller has authenticated the files: they are native code.</summary>
    public LoadedHandler Load(string directory)
    {
        var plan = PlanSerializer.Deserialize(File.ReadAllBytes(Path.Combine(directory, HandlerCompiler.PlanFile)));
        var slots = new HandlerSlots();
        var lowerings = HandlerLowerings.Create(plan, slots);
        HandlerEntry[] entries = [.. plan.Handlers.Select(handler => new HandlerEntry(handler, slots))];
        foreach (var memory in plan.Memories.Seen)
        {
            slots.Memory(memory);
        }

        var modules = new List<LinkedModule>();
        var bytes = 0L;
        try
        {
            HashSet<int> owned = [];
            Dictionary<int, nint> loaded = [];
            foreach (var step in plan.Steps.OfType<InstantiateStep>())
            {
                if (!loaded.TryGetValue(step.Module, out var module))
                {
                    var path = Path.Combine(directory, HandlerCompiler.ModuleFile(step.Module));
                    NativeError.ThrowIfError(NativeMethods.wasmtime_module_deserialize_file(_engine, path, &module));
                    loaded.Add(step.Module, module);
                    bytes += new FileInfo(path).Length;
                }

                modules.Add(new LinkedModule(_engine, module, owned.Add(step.Module), step, lowerings));
            }

            return new LoadedHandler(plan, modules, slots, lowerings, entries, bytes);
        }
        catch
        {
            modules.ForEach(module => module.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Runs one request on the calling thread, which must have at least 2 MiB of stack and hold the request's run permit. Never throws for what the guest does.
    /// </summary>
    public SandboxResult Run(LoadedHandler handler, SandboxRequest request)
    {
        var start = Stopwatch.GetTimestamp();
        var cpu = request.MeasureCpu ? ThreadClock.Now() : default;
        var context = s_context ??= new RequestContext();
        var limits = request.Limits;
        var store = NativeMethods.wasmtime_store_new(_engine, 0, 0);
        try
        {
            var native = NativeMethods.wasmtime_store_context(store);
            context.Begin(handler, request, native, start, cpu);
            RequestContext.Current = context;
            var memories = Math.Max(1, handler.Plan.Memories.Defined);
            var memoryLimit = Math.Min(limits.MemoryBytes, _options.MaxMemoryBytes) / memories;
            context.UnseenMemoryBytes = handler.Plan.Memories.Unseen * memoryLimit;
            NativeMethods.wasmtime_store_limiter(
                store,
                memoryLimit,
                EngineConfiguration.TableElements,
                handler.InstanceCount,
                handler.InstanceCount * 4,
                memories);
            NativeMethods.wasmtime_context_set_fuel(native, (ulong)limits.Fuel);
            NativeMethods.wasmtime_store_epoch_deadline_callback(store, HostDispatcher.EpochCallback, 0, 0);
            NativeMethods.wasmtime_context_set_epoch_deadline(native, 1);

            return Finish(context, Execute(context, handler, start, out var instantiated), start, instantiated);
        }
        finally
        {
            RequestContext.Current = null;
            NativeMethods.wasmtime_store_delete(store);
            End(context);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_engine != 0)
        {
            _ticker.Dispose();
            NativeMethods.wasm_engine_delete(_engine);
            _engine = 0;
        }
    }

    // One that couldn't give everything back isn't the next request's.
    private static void End(RequestContext context)
    {
        try
        {
            context.End();
        }
        catch
        {
            s_context = null;
            throw;
        }
    }

    private static (SandboxOutcome Outcome, string? Detail) Execute(
        RequestContext context, LoadedHandler handler, long start, out TimeSpan instantiated)
    {
        instantiated = default;
        try
        {
            var failure = handler.Instantiate(context);
            instantiated = Stopwatch.GetElapsedTime(start);
            if (failure is null)
            {
                context.ChargeMemory();
                if (context.Request.Message is { } message)
                {
                    failure = MessageEntry.Call(context, handler, message.Span, out var isError);
                    return failure is not null ? Judge(context, failure)
                        : isError ? (SandboxOutcome.HandlerError, "the handler returned an error")
                        : (SandboxOutcome.Completed, null);
                }

                failure = (handler.Kinds & HandlerKinds.HttpComponent) != 0 ? HttpEntry.Call(context, handler) : WagiEntry.Call(context, handler);
            }

            return failure is null ? Conclude(context) : Judge(context, failure);
        }
        catch (GuestStopException stop)
        {
            return (stop.Outcome, stop.Message);
        }
        catch (GuestTrapException trap)
        {
            return (SandboxOutcome.Trap, trap.Message);
        }
    }

    private static (SandboxOutcome Outcome, string? Detail) Conclude(RequestContext context) =>
        context.Request.Message is null ? context.Response.Conclude(context) : (SandboxOutcome.Completed, null);

    private static (SandboxOutcome Outcome, string? Detail) Judge(RequestContext context, NativeFailure failure) => context.Stop switch
    {
        GuestStopException stop => (stop.Outcome, failure.Code == byte.MaxValue ? $"{stop.Message}\n{failure.Text}" : failure.Text),
        GuestExitException { Status: 0 } => Conclude(context),
        GuestExitException exit => (SandboxOutcome.Trap, exit.Message),
        { } => (SandboxOutcome.Trap, failure.Text),
        null when failure.Code == TrapCodes.OutOfFuel => (SandboxOutcome.Fuel, failure.Text),
        null when failure.Text.Contains("maximum concurrent", StringComparison.Ordinal) => (SandboxOutcome.NoSlot, failure.Text),
        null => (SandboxOutcome.Trap, failure.Text),
    };

    private static SandboxResult Finish(
        RequestContext context, (SandboxOutcome Outcome, string? Detail) end, long start, TimeSpan instantiated)
    {
        ulong left;
        NativeMethods.wasmtime_context_get_fuel(context.Store, &left);
        return new SandboxResult(
            end.Outcome,
            end.Detail,
            context.Request.Limits.Fuel - (long)left,
            context.MemoryBytes(),
            context.CpuTime(),
            Stopwatch.GetElapsedTime(start),
            instantiated);
    }
}
