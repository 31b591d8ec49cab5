using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using ValueType = Platform.Runtime.Components.ValueType;

namespace Platform.Runtime.Canonical;

/// <summary>
/// A call from one component to another of the same upload: arguments go from the caller's memory and handles straight into the callee's, the result comes back
/// (Canonical ABI, <c>canon lift</c> and <c>canon lower</c>).
/// </summary>
internal sealed unsafe class ComponentCall : HostFunction
{
    private const int MaxFlatParameters = 16;

    private readonly int _component;
    private readonly int _function;
    private readonly int _postReturn;
    private readonly ValueType _parameters;
    private readonly ValueType? _result;
    private readonly ResourceKind[] _resources;
    private readonly Lowering _callee;

    /// <summary>A lowering of a function that another component lifts; functions and memories by their slots.</summary>
    public ComponentCall(
        string name,
        CoreSignature signature,
        int component,
        int function,
        int postReturn,
        ValueType parameters,
        ValueType? result,
        ResourceKind[] resources,
        int memory,
        int realloc,
        StringEncoding encoding)
        : base(name, signature, HostFunctions.CallFuel, &Call)
    {
        _component = component;
        _function = function;
        _postReturn = postReturn;
        _parameters = parameters;
        _result = result;
        _resources = resources;
        _callee = new Lowering(this, null, memory, realloc, encoding);
    }

    private static void Call(RequestContext context, Lowering lowering, ValRaw* values) => ((ComponentCall)lowering.Function).Call(context, values, lowering);

    private void Call(RequestContext context, ValRaw* values, Lowering caller)
    {
        var component = context.Component;
        var callerHandles = context.Handles;
        context.Enter(_component);
        var calleeHandles = context.Handles;
        var frame = new CallFrame();

        // Parameters, and results after them: the longest is 16 and a pointer.
        var arguments = stackalloc ValRaw[ValueType.Cap];
        var count = Math.Min(_parameters.Flat.Count, MaxFlatParameters);
        var transfer = new Transfer(context, _resources, frame, caller, callerHandles, _callee, calleeHandles, _component);
        if (_parameters.Flat.Count > MaxFlatParameters)
        {
            arguments[0].U32 = transfer.Spilled(_parameters, values[0].U32);
            count = 1;
        }
        else
        {
            transfer.Flat(_parameters, values, arguments);
        }

        transfer.Finish();
        var returnPointer = _result is { Flat.Count: > 1 } ? values[count].U32 : 0;
        context.CallGuest(_function, arguments, Math.Max(count, 1), "callee", mayLeave: true);
        var returned = arguments[0];
        if (frame.Borrows > 0)
        {
            throw new GuestTrapException($"returned without dropping {frame.Borrows} borrowed handles");
        }

        if (_result is not null)
        {
            var back = new Transfer(context, _resources, frame, _callee, calleeHandles, caller, callerHandles, component);
            if (_result.Flat.Count > 1)
            {
                back.Memory(_result, returned.U32, returnPointer);
            }
            else
            {
                back.Flat(_result, arguments, values);
            }

            back.Finish();
        }

        if (_postReturn >= 0)
        {
            arguments[0] = returned;
            context.CallGuest(_postReturn, arguments, _result is null ? 0 : 1, "post-return", mayLeave: false);
        }

        context.Return(component);
    }
}
