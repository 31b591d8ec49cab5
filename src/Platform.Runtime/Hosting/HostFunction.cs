using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Hosting;

/// <summary>
/// A host function: its lowered core signature and the code that implements it. Arguments stand in the raw values on entry, the result goes into the first one.
/// </summary>
internal unsafe class HostFunction(
    string name, CoreSignature signature, int fuel, delegate*<RequestContext, Lowering, ValRaw*, void> body)
{
    /// <summary>The interface and function, for messages: <c>wasi:io/streams#[method]input-stream.read</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The lowered signature that an importing module must have.</summary>
    public CoreSignature Signature { get; } = signature;

    /// <summary>Fuel charged for each call (cost table, meter 1); what a call copies is charged on top.</summary>
    public int Fuel { get; } = fuel;

    /// <summary>The implementation.</summary>
    public readonly delegate*<RequestContext, Lowering, ValRaw*, void> Body = body;
}
