using System.Diagnostics;
using Platform.Runtime.Canonical;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Http;

namespace Platform.Runtime.Hosting;

/// <summary>
/// Everything of one request that host functions need. Pooled: reset for each request, used by one guest thread at a time, found through
/// <see cref="Current"/> because a store never leaves its thread.
/// </summary>
internal sealed unsafe partial class RequestContext : IDisposable
{
    // Component instances whose tables are kept for the next request: compositions have some few.
    private const int KeptComponents = 16;

    [ThreadStatic]
    private static RequestContext? s_current;

    private readonly Waiter _waiter = new();
    private readonly HandleQuota _quota = new();
    private LoadedHandler _handler = null!;
    private NativeInstance[] _instances = [];
    private NativeMemory[] _memories = [];
    private NativeFunc[] _functions = [];
    private HandleTable?[] _tables = [];
    private bool[] _entered = [];
    private long _deadline;
    private long _charged;
    private long _hostBytes;
    private bool _mayNotLeave;
    private HostFunction? _called;
    private CancellationTokenRegistration _aborted;

    /// <summary>The context of the request that runs on this thread.</summary>
    public static RequestContext? Current
    {
        get => s_current;
        set => s_current = value;
    }

    /// <summary>The request.</summary>
    public SandboxRequest Request { get; private set; } = null!;

    /// <summary>The store's context; zero outside a run.</summary>
    public nint Store { get; private set; }

    /// <summary>The host functions by the index that the linker gave out.</summary>
    public Lowering[] Lowerings { get; private set; } = [];

    /// <summary>The component instance that runs.</summary>
    public int Component { get; private set; }

    /// <summary>Its handles.</summary>
    public HandleTable Handles { get; private set; } = null!;

    /// <summary>The response being made.</summary>
    public ResponseState Response { get; } = new();

    /// <summary>Why a host call or the epoch callback ended the request; null while nothing did.</summary>
    public Exception? Stop { get; set; }

    /// <summary>Begins a request.</summary>
    public void Begin(LoadedHandler handler, SandboxRequest request, nint store, long start)
    {
        _handler = handler;
        Request = request;
        Store = store;
        Lowerings = handler.Lowerings;
        _quota.Reset(request.Limits.Handles);
        Descriptors.Reset(request.Limits.Handles);
        Response.Reset();
        Stop = null;
        _mayNotLeave = false;
        _charged = 0;
        _hostBytes = 0;
        _deadline = start + (long)(request.Limits.Wall.TotalSeconds * Stopwatch.Frequency);
        Clear(ref _instances, handler.InstanceCount);
        Clear(ref _memories, handler.Memories.Length);
        Clear(ref _functions, handler.FunctionCount);
        Clear(ref _entered, handler.Plan.Types.Components.Count);
        if (_tables.Length < _entered.Length)
        {
            Array.Resize(ref _tables, _entered.Length);
        }

        Switch(0);
    }

    /// <summary>Ends a request: gives back what it held.</summary>
    public void End()
    {
        _aborted.Dispose();
        _aborted = default;
        if (_charged != 0)
        {
            Request.Memory.Release(_charged);
            _charged = 0;
        }

        EndWasi();
        ResetTables();

        Response.Reset();
        Store = 0;
        Request = null!;
        _handler = null!;
        Lowerings = [];
    }

    /// <summary>Notes an instance that a step of the plan made.</summary>
    public void SetInstance(int index, NativeInstance instance) => _instances[index] = instance;

    /// <summary>An instance that an earlier step made.</summary>
    public NativeInstance Instance(int index) => _instances[index];

    /// <summary>Makes a component instance the only one that runs.</summary>
    public void Switch(int component)
    {
        _entered[Component] = false;
        Become(component);
        _entered[component] = true;
    }

    /// <summary>Begins a call into a component instance.</summary>
    /// <exception cref="GuestTrapException">It runs already: a component isn't entered again (Canonical ABI).</exception>
    public void Enter(int component)
    {
        if (_entered[component])
        {
            throw new GuestTrapException("call into a component that is in a call already");
        }

        _entered[component] = true;
        Become(component);
    }

    /// <summary>Ends such a call.</summary>
    public void Return(int caller)
    {
        _entered[Component] = false;
        Become(caller);
    }

    /// <summary>Charges a host call's fuel, and refuses calls that the canonical ABI forbids.</summary>
    public void EnterHostCall(HostFunction function)
    {
        _called = function;
        if (_mayNotLeave)
        {
            throw new GuestTrapException("call from within realloc or post-return");
        }

        ChargeFuel(function.Fuel);
    }

    /// <summary>Takes fuel for work that the host does for the guest.</summary>
    /// <exception cref="GuestStopException">Out of fuel.</exception>
    public void ChargeFuel(int fuel)
    {
        ulong left;
        NativeMethods.wasmtime_context_get_fuel(Store, &left);
        if (left <= (ulong)fuel)
        {
            NativeMethods.wasmtime_context_set_fuel(Store, 0);
            throw new GuestStopException(SandboxOutcome.Fuel, "all fuel consumed by WebAssembly");
        }

        NativeMethods.wasmtime_context_set_fuel(Store, left - (ulong)fuel);
    }

    /// <summary>Takes fuel for bytes copied between host and guest: one for eight.</summary>
    public void ChargeCopy(int bytes) => ChargeFuel(bytes >> 3);

    /// <summary>The memory that a lowering's pointers mean, as it is now.</summary>
    public GuestMemory Memory(CanonicalOptions options)
    {
        var slot = options.MemorySlot;
        if (slot < 0)
        {
            throw new GuestTrapException("lowered without a memory");
        }

        fixed (NativeMemory* memory = &_memories[slot])
        {
            if (memory->StoreId == 0 && !_handler.TryFindMemory(this, slot, memory))
            {
                throw new GuestTrapException("the memory doesn't exist yet");
            }

            return new GuestMemory(
                NativeMethods.wasmtime_memory_data(Store, memory), NativeMethods.wasmtime_memory_data_size(Store, memory));
        }
    }

    /// <summary>Has the guest allocate, through the realloc function of the lowering.</summary>
    /// <exception cref="GuestTrapException">No realloc, or a result that is misaligned or out of bounds.</exception>
    public uint Allocate(CanonicalOptions options, uint size, uint alignment)
    {
        var slot = options.ReallocSlot;
        if (slot < 0)
        {
            throw new GuestTrapException("lowered without a realloc function");
        }

        var values = stackalloc ValRaw[4];
        values[2].U32 = alignment;
        values[3].U32 = size;
        CallGuest(slot, values, 4, "realloc", mayLeave: false);
        var pointer = values[0].U32;
        if ((pointer & (alignment - 1)) != 0)
        {
            throw new GuestTrapException("realloc gave a misaligned pointer");
        }

        Memory(options).Slice(pointer, size);
        return pointer;
    }

    /// <summary>Calls a function of the guest; its results stand where its arguments stood.</summary>
    /// <exception cref="GuestTrapException">It trapped.</exception>
    /// <exception cref="GuestStopException">A limit was reached.</exception>
    public void CallGuest(int slot, ValRaw* values, int count, string what, bool mayLeave)
    {
        ref var function = ref _functions[slot];
        if (function.StoreId == 0)
        {
            function = _handler.FindFunction(this, slot);
        }

        var before = _mayNotLeave;
        nint trap = 0;
        nint error;
        _mayNotLeave = !mayLeave;
        fixed (NativeFunc* native = &function)
        {
            error = NativeMethods.wasmtime_func_call_unchecked(Store, native, values, (nuint)count, &trap);
        }

        _mayNotLeave = before;
        if (trap != 0 || error != 0)
        {
            ThrowFailed(what, trap, error);
        }
    }

    /// <summary>Copies bytes into memory that the guest allocates; the pointer.</summary>
    public uint AllocateBytes(CanonicalOptions options, ReadOnlySpan<byte> bytes, uint alignment = 1)
    {
        ChargeCopy(bytes.Length);
        var pointer = Allocate(options, (uint)bytes.Length, alignment);
        bytes.CopyTo(Memory(options).Slice(pointer, (uint)bytes.Length));
        return pointer;
    }

    /// <summary>Allocates a string in the guest and writes its pointer and length.</summary>
    public void WriteString(Lowering lowering, uint target, string text)
    {
        var bytes = GuestText.Encode(lowering.Encoding, text, out var length);
        var pointer = AllocateBytes(lowering, bytes, GuestText.Alignment(lowering.Encoding));
        var memory = Memory(lowering);
        memory.Set32(target, pointer);
        memory.Set32(target + 4, length);
    }

    /// <summary>Allocates a byte list in the guest and writes its pointer and length.</summary>
    public void WriteBytes(Lowering lowering, uint target, ReadOnlySpan<byte> bytes)
    {
        var pointer = AllocateBytes(lowering, bytes);
        var memory = Memory(lowering);
        memory.Set32(target, pointer);
        memory.Set32(target + 4, (uint)bytes.Length);
    }

    /// <summary>A string that the guest passed.</summary>
    /// <exception cref="GuestTrapException">Out of bounds or not what its encoding allows.</exception>
    public string ReadString(Lowering lowering, uint pointer, uint length)
    {
        var (form, bytes) = GuestText.Form(lowering.Encoding, length);
        ChargeCopy((int)Math.Min(bytes, int.MaxValue));
        return GuestText.Decode(form, GuestText.Slice(Memory(lowering), form, pointer, bytes));
    }

    /// <inheritdoc/>
    public void Dispose() => _waiter.Dispose();

    private static void Clear<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[length];
        }
        else
        {
            Array.Clear(array);
        }
    }

    private void ResetTables()
    {
        for (var component = 0; component < _handler.Plan.Types.Components.Count; component++)
        {
            _tables[component]?.Reset();
        }

        if (_tables.Length > KeptComponents)
        {
            _tables = [];
            _entered = [];
        }

        Component = 0;
    }

    // What runs from here on; what is entered stays.
    private void Become(int component)
    {
        Component = component;
        Handles = _tables[component] ??= new HandleTable(_quota);
    }

    private void ThrowFailed(string what, nint trap, nint error)
    {
        byte code = byte.MaxValue;
        var message = trap != 0 ? NativeError.TakeTrap(trap, out code) : NativeError.Take(error)!;
        if (trap != 0 && code == TrapCodes.OutOfFuel)
        {
            throw new GuestStopException(SandboxOutcome.Fuel, message);
        }

        throw Stop ?? new GuestTrapException($"{what} failed: {message}");
    }
}
