using System.Diagnostics;
using System.Text;
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
    [ThreadStatic]
    private static RequestContext? s_current;

    private readonly Waiter _waiter = new();
    private LoadedHandler _handler = null!;
    private NativeInstance[] _instances = [];
    private NativeMemory[] _memories = [];
    private NativeFunc[] _reallocs = [];
    private long _deadline;
    private long _charged;
    private long _hostBytes;
    private bool _inRealloc;
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

    /// <summary>The request's handles.</summary>
    public HandleTable Handles { get; } = new();

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
        Handles.Reset(request.Limits.Handles);
        Response.Reset();
        Stop = null;
        _inRealloc = false;
        _charged = 0;
        _hostBytes = 0;
        _deadline = start + (long)(request.Limits.Wall.TotalSeconds * Stopwatch.Frequency);
        Clear(ref _instances, handler.InstanceCount);
        Clear(ref _memories, handler.Memories.Length);
        Clear(ref _reallocs, handler.ReallocCount);
    }

    /// <summary>Ends a request: gives back what it held.</summary>
    public void End()
    {
        _aborted.Dispose();
        _aborted = default;
        EndWasi();
        if (_charged != 0)
        {
            Request.Memory.Release(_charged);
            _charged = 0;
        }

        Handles.Reset(0);
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

    /// <summary>Charges a host call's fuel, and refuses calls that the canonical ABI forbids.</summary>
    public void EnterHostCall(int fuel)
    {
        if (_inRealloc)
        {
            throw new GuestTrapException("host call from within realloc");
        }

        ChargeFuel(fuel);
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
    public GuestMemory Memory(Lowering lowering)
    {
        var slot = lowering.MemorySlot;
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
    public uint Allocate(Lowering lowering, uint size, uint alignment)
    {
        var slot = lowering.ReallocSlot;
        if (slot < 0)
        {
            throw new GuestTrapException("lowered without a realloc function");
        }

        ref var function = ref _reallocs[slot];
        if (function.StoreId == 0)
        {
            function = _handler.FindRealloc(this, slot);
        }

        var values = stackalloc ValRaw[4];
        values[2].U32 = alignment;
        values[3].U32 = size;
        nint trap = 0;
        nint error;
        _inRealloc = true;
        fixed (NativeFunc* native = &function)
        {
            error = NativeMethods.wasmtime_func_call_unchecked(Store, native, values, 4, &trap);
        }

        _inRealloc = false;
        if (trap != 0 || error != 0)
        {
            ThrowReallocFailed(trap, error);
        }

        var pointer = values[0].U32;
        if ((pointer & (alignment - 1)) != 0)
        {
            throw new GuestTrapException("realloc gave a misaligned pointer");
        }

        Memory(lowering).Slice(pointer, size);
        return pointer;
    }

    /// <summary>Copies bytes into memory that the guest allocates; the pointer.</summary>
    public uint AllocateBytes(Lowering lowering, ReadOnlySpan<byte> bytes, uint alignment = 1)
    {
        ChargeCopy(bytes.Length);
        var pointer = Allocate(lowering, (uint)bytes.Length, alignment);
        bytes.CopyTo(Memory(lowering).Slice(pointer, (uint)bytes.Length));
        return pointer;
    }

    /// <summary>Allocates a string in the guest and writes its pointer and length.</summary>
    public void WriteString(Lowering lowering, uint target, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var pointer = AllocateBytes(lowering, bytes);
        var memory = Memory(lowering);
        memory.Set32(target, pointer);
        memory.Set32(target + 4, (uint)bytes.Length);
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
    /// <exception cref="GuestTrapException">Out of bounds or not UTF-8.</exception>
    public string ReadString(Lowering lowering, uint pointer, uint length)
    {
        ChargeCopy((int)Math.Min(length, int.MaxValue));
        try
        {
            return StrictUtf8.GetString(Memory(lowering).Slice(pointer, length));
        }
        catch (DecoderFallbackException)
        {
            throw new GuestTrapException("string is not UTF-8");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _waiter.Dispose();

    private static UTF8Encoding StrictUtf8 { get; } = new(false, throwOnInvalidBytes: true);

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

    private void ThrowReallocFailed(nint trap, nint error)
    {
        byte code = byte.MaxValue;
        var message = trap != 0 ? NativeError.TakeTrap(trap, out code) : NativeError.Take(error)!;
        if (trap != 0 && code == TrapCodes.OutOfFuel)
        {
            throw new GuestStopException(SandboxOutcome.Fuel, message);
        }

        throw Stop ?? new GuestTrapException($"realloc failed: {message}");
    }
}
