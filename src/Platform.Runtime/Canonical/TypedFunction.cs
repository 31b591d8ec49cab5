using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary>A host function over WIT types: its lowered signature follows from them (Canonical ABI, <c>flatten_functype</c>).</summary>
internal sealed unsafe class TypedFunction(
    string name, AbiType[] parameters, AbiType? result, Func<RequestContext, object?[], object?> body)
    : HostFunction(name, SignatureOf(parameters, result), HostFunctions.CallFuel, &Call)
{
    private const int MaxFlatParameters = 16;

    private static CoreSignature SignatureOf(AbiType[] parameters, AbiType? result)
    {
        CoreType[] flat = [.. parameters.SelectMany(static type => type.Flat)];
        if (flat.Length > MaxFlatParameters)
        {
            throw new ArgumentException("more flat arguments than are passed as such", nameof(parameters));
        }

        return result is { Flat.Count: > 1 } ? new CoreSignature([.. flat, CoreType.I32], []) : new CoreSignature(flat, result?.Flat ?? []);
    }

    private static void Call(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var function = (TypedFunction)lowering.Function;
        function.Call(new AbiCall(context, lowering), values);
    }

    private void Call(AbiCall call, ValRaw* values)
    {
        var arguments = new object?[parameters.Length];
        var flat = values;
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = parameters[i].Lift(call, ref flat);
        }

        // Where the result goes is checked before anything is done: a wrong pointer has no effects.
        var target = result is { Flat.Count: > 1 } ? flat->U32 : 0;
        if (result is { Flat.Count: > 1 })
        {
            if ((target & (result.Alignment - 1)) != 0)
            {
                throw new GuestTrapException($"pointer 0x{target:x} is not aligned to {result.Alignment}");
            }

            call.Memory.Slice(target, result.Size);
        }

        var value = body(call.Context, arguments);
        if (result is { Flat.Count: 1 })
        {
            result.Lower(call, values, value);
        }
        else
        {
            result?.Store(call, target, value);
        }
    }
}
