using System.Diagnostics;
using Platform.Contracts.Invocation;

namespace Platform.Host.Telemetry;

/// <summary>
/// Of a client's trace context (W3C Trace Context) only <c>traceparent</c>, and of it only the ids. <c>tracestate</c> and <c>baggage</c> are texts that anybody may send: they would be exported with
/// every span, and sent on to the authority. To an app they go as all its headers do. Whether the trace is sampled is decided here, at the edge, by chance: neither a client's flag nor an id that it chose says so. What a gateway decided it says with its own
/// span, and processes behind it take that over; at the edge that header is a client's as well.
/// </summary>
/// <param name="ratio">The part of traces that is sampled, 0 to 1.</param>
/// <param name="isEdge">Whether clients' requests come to this process as they are.</param>
internal sealed class TraceParent(double ratio, bool isEdge) : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _w3c = CreateDefaultPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => _w3c.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        traceState = null;

        // A gateway's own span: the client's header goes on to the guest as it came.
        traceId = null;
        getter?.Invoke(carrier, InvocationHeaders.TraceParent, out traceId, out _);
        if (traceId is not null && !isEdge)
        {
            traceId = ActivityContext.TryParse(traceId, null, out _) ? traceId : null;
            return;
        }

        if (traceId is null)
        {
            _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out _);
        }

        traceId = ActivityContext.TryParse(traceId, null, out var client)
            ? $"00-{client.TraceId}-{client.SpanId}-{(Random.Shared.NextDouble() < ratio ? "01" : "00")}"
            : null;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
