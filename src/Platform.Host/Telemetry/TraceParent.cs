using System.Diagnostics;
using Platform.Contracts.Invocation;

namespace Platform.Host.Telemetry;

/// <summary>
/// Of a client's trace context (W3C Trace Context) only <c>traceparent</c>, which is numbers. <c>tracestate</c> and <c>baggage</c> are texts that anybody may send: they would be exported with
/// every span, and sent on to the authority. To an app they go as all its headers do.
/// </summary>
internal sealed class TraceParent : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _w3c = CreateDefaultPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => _w3c.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        // A gateway's own span: the client's header goes on to the guest as it came.
        string? own = null;
        getter?.Invoke(carrier, InvocationHeaders.TraceParent, out own, out _);
        if (own is null)
        {
            _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out _);
        }
        else
        {
            traceId = own;
        }

        traceState = null;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
