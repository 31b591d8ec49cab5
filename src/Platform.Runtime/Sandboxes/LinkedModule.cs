using System.Text;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Sandboxes;

/// <summary>
/// A compiled core module with its host imports linked. When it imports nothing but host functions it is pre-instantiated, so that a
/// request's instantiation checks no types; else its imports are gathered in each store.
/// </summary>
internal sealed unsafe class LinkedModule : IDisposable
{
    private readonly nint _module;
    private readonly bool _ownsModule;
    private readonly ImportArgument[] _arguments;
    private readonly byte[][] _exportNames;
    private readonly (byte[] Module, byte[] Name)[] _importNames;
    private nint _linker;
    private nint _pre;

    /// <summary>Links one instantiation of a module.</summary>
    public LinkedModule(nint engine, nint module, bool ownsModule, InstantiateStep step, Lowering[] lowerings)
    {
        _module = module;
        _ownsModule = ownsModule;
        _arguments = [.. step.Arguments];
        _exportNames = [.. _arguments.Select(argument => argument.Item is InstanceExportItem export ? Encoding.UTF8.GetBytes(export.Name) : [])];
        _importNames = [.. _arguments.Select(argument => (Encoding.UTF8.GetBytes(argument.Module), Encoding.UTF8.GetBytes(argument.Name)))];
        _linker = NativeMethods.wasmtime_linker_new(engine);
        Define(lowerings);
        if (_arguments.All(argument => argument.Item is HostFunctionItem))
        {
            nint pre;
            NativeError.ThrowIfError(NativeMethods.wasmtime_linker_instantiate_pre(_linker, module, &pre));
            _pre = pre;
        }
    }

    /// <summary>Instantiates in the request's store; an error or a trap is the caller's to free.</summary>
    public nint Instantiate(RequestContext context, NativeInstance* instance, nint* trap)
    {
        if (_pre != 0)
        {
            return NativeMethods.wasmtime_instance_pre_instantiate(_pre, context.Store, instance, trap);
        }

        // Real components have up to some dozens of imports; the planner's cap keeps hostile ones bounded, and the stack has 2 MiB.
        var imports = stackalloc NativeExtern[_arguments.Length];
        for (var i = 0; i < _arguments.Length; i++)
        {
            bool there;
            if (_arguments[i].Item is InstanceExportItem export)
            {
                var owner = context.Instance(export.Instance);
                fixed (byte* name = _exportNames[i])
                {
                    there = NativeMethods.wasmtime_instance_export_get(context.Store, &owner, name, (nuint)_exportNames[i].Length, imports + i);
                }
            }
            else
            {
                var (module, name) = _importNames[i];
                fixed (byte* moduleBytes = module, nameBytes = name)
                {
                    there = NativeMethods.wasmtime_linker_get(
                        _linker, context.Store, moduleBytes, (nuint)module.Length, nameBytes, (nuint)name.Length, imports + i);
                }
            }

            if (!there)
            {
                throw new InvalidOperationException($"import {_arguments[i].Module} {_arguments[i].Name} was not found: the plan is wrong");
            }
        }

        return NativeMethods.wasmtime_instance_new(context.Store, _module, imports, (nuint)_arguments.Length, instance, trap);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pre != 0)
        {
            NativeMethods.wasmtime_instance_pre_delete(_pre);
            _pre = 0;
        }

        if (_linker != 0)
        {
            NativeMethods.wasmtime_linker_delete(_linker);
            _linker = 0;
            if (_ownsModule)
            {
                NativeMethods.wasmtime_module_delete(_module);
            }
        }
    }

    private void Define(Lowering[] lowerings)
    {
        HashSet<(string, string)> defined = [];
        for (var i = 0; i < _arguments.Length; i++)
        {
            // A module may import one name twice; the linker takes it once.
            if (_arguments[i].Item is not HostFunctionItem host || !defined.Add((_arguments[i].Module, _arguments[i].Name)))
            {
                continue;
            }

            var type = FunctionType(lowerings[host.HostImport].Function.Signature);
            var (module, name) = _importNames[i];
            fixed (byte* moduleBytes = module, nameBytes = name)
            {
                NativeError.ThrowIfError(NativeMethods.wasmtime_linker_define_func_unchecked(
                    _linker, moduleBytes, (nuint)module.Length, nameBytes, (nuint)name.Length, type, HostDispatcher.Callback, host.HostImport, 0));
            }

            NativeMethods.wasm_functype_delete(type);
        }
    }

    private static nint FunctionType(CoreSignature signature)
    {
        NativeVec parameters = Types(signature.Parameters);
        NativeVec results = Types(signature.Results);
        return NativeMethods.wasm_functype_new(&parameters, &results);

        static NativeVec Types(IReadOnlyList<CoreType> types)
        {
            var made = stackalloc nint[types.Count + 1];
            for (var i = 0; i < types.Count; i++)
            {
                // wasm_valkind_t: WASM_I32 = 0, I64 = 1, F32 = 2, F64 = 3 (wasm.h); the binary format counts down from 0x7f.
                made[i] = NativeMethods.wasm_valtype_new((byte)((byte)CoreType.I32 - (byte)types[i]));
            }

            NativeVec vec = default;
            NativeMethods.wasm_valtype_vec_new(&vec, (nuint)types.Count, made);
            return vec;
        }
    }
}
