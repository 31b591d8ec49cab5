using System.Text;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Sandboxes;

/// <summary>A handler ready to run. Dispose only when no run of it is under way.</summary>
public sealed unsafe class LoadedHandler : IDisposable
{
    private readonly List<LinkedModule> _modules;
    private readonly CoreItem[] _functions;
    private readonly byte[][] _memoryNames;
    private readonly byte[][] _functionNames;
    private readonly HandlerEntry[] _entries;
    private bool _disposed;

    internal LoadedHandler(ComponentPlan plan, List<LinkedModule> modules, HandlerSlots slots, Lowering[] lowerings, HandlerEntry[] entries, long bytes)
    {
        Plan = plan;
        Kinds = plan.Kinds;
        _modules = modules;
        Lowerings = lowerings;
        Memories = [.. slots.Memories];
        _functions = [.. slots.Functions];
        _memoryNames = [.. Memories.Select(memory => Encoding.UTF8.GetBytes(memory.Name))];
        _functionNames = [.. _functions.Select(function => Encoding.UTF8.GetBytes(((InstanceExportItem)function).Name))];
        _entries = entries;
        InstanceCount = plan.Steps.OfType<InstantiateStep>().Count();
        Bytes = bytes;
    }

    /// <summary>The handlers that it has.</summary>
    public HandlerKinds Kinds { get; }

    /// <summary>Bytes of compiled code it keeps mapped.</summary>
    public long Bytes { get; }

    internal ComponentPlan Plan { get; }

    internal Lowering[] Lowerings { get; }

    internal InstanceExportItem[] Memories { get; }

    internal int InstanceCount { get; }

    internal int FunctionCount => _functions.Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            foreach (var module in _modules)
            {
                module.Dispose();
            }
        }
    }

    /// <summary>Brings the handler to life in a store: every step of the plan.</summary>
    /// <returns>Null, or the trap's or error's text and code.</returns>
    internal NativeFailure? Instantiate(RequestContext context)
    {
        var instance = 0;
        var module = 0;
        foreach (var step in Plan.Steps)
        {
            NativeFailure? failure;
            context.Switch(step.Component);
            switch (step)
            {
                case InstantiateStep:
                    NativeInstance made = default;
                    nint trap = 0;
                    var error = _modules[module++].Instantiate(context, &made, &trap);
                    context.SetInstance(instance++, made);
                    failure = trap != 0 || error != 0 ? NativeFailure.Take(trap, error) : null;
                    break;
                case CallStep call:
                    failure = Call(context, FindFunction(context, (InstanceExportItem)call.Function), null, 0);
                    break;
                default:
                    throw new InvalidOperationException($"unknown step {step}");
            }

            if (failure is not null)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Goes over to the handler of a kind; before its parameters are made.</summary>
    internal HandlerEntry Enter(RequestContext context, HandlerKinds kind)
    {
        foreach (var entry in _entries)
        {
            if (entry.Export.Kind == kind)
            {
                context.Switch(entry.Export.Component);
                return entry;
            }
        }

        throw new InvalidOperationException($"no handler of the kind {kind}; it has {Kinds}");
    }

    /// <summary>Calls the handler function with its parameters in <paramref name="values"/>, where its results are then.</summary>
    /// <returns>Null, or the trap's or error's text and code.</returns>
    internal static NativeFailure? Call(RequestContext context, HandlerEntry entry, ValRaw* values, int count) =>
        Call(context, FindFunction(context, (InstanceExportItem)entry.Export.Core, entry.Name), values, count);

    /// <summary>Calls the handler's post-return function, if it has one, with its results.</summary>
    /// <returns>Null, or the trap's or error's text and code.</returns>
    internal static NativeFailure? PostReturn(RequestContext context, HandlerEntry entry, ValRaw* values, int count) =>
        entry.Export.PostReturn is InstanceExportItem post ? Call(context, FindFunction(context, post), values, count) : null;

    /// <summary>Resolves a memory slot; false while its instance doesn't exist (a start function called the host early).</summary>
    internal bool TryFindMemory(RequestContext context, int slot, NativeMemory* memory)
    {
        if (!TryFind(context, Memories[slot].Instance, _memoryNames[slot], NativeExtern.MemoryKind, out var item))
        {
            return false;
        }

        *memory = item.Memory;
        return true;
    }

    /// <summary>Resolves the slot of a function.</summary>
    /// <exception cref="GuestTrapException">Its instance doesn't exist yet.</exception>
    internal NativeFunc FindFunction(RequestContext context, int slot) =>
        FindFunction(context, (InstanceExportItem)_functions[slot], _functionNames[slot]);

    private static NativeFailure? Call(RequestContext context, NativeFunc function, ValRaw* values, int count)
    {
        nint trap = 0;
        var error = NativeMethods.wasmtime_func_call_unchecked(context.Store, &function, values, (nuint)count, &trap);
        return trap != 0 || error != 0 ? NativeFailure.Take(trap, error) : null;
    }

    private static bool TryFind(RequestContext context, int instance, byte[] name, byte kind, out NativeExtern item)
    {
        var owner = context.Instance(instance);
        NativeExtern found = default;
        var there = false;
        if (owner.StoreId != 0)
        {
            fixed (byte* bytes = name)
            {
                there = NativeMethods.wasmtime_instance_export_get(context.Store, &owner, bytes, (nuint)name.Length, &found);
            }
        }

        item = found;
        return there && found.Kind == kind;
    }

    private static NativeFunc FindFunction(RequestContext context, InstanceExportItem item, byte[]? name = null)
    {
        if (!TryFind(context, item.Instance, name ?? Encoding.UTF8.GetBytes(item.Name), NativeExtern.FuncKind, out var found))
        {
            throw new GuestTrapException($"the function {item.Name} doesn't exist yet");
        }

        return found.Func;
    }
}
