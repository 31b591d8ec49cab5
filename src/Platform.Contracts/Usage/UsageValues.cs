namespace Platform.Contracts.Usage;

/// <summary>Sums of usage.</summary>
/// <param name="Requests">Requests and messages that ended, calls among an app's components included.</param>
/// <param name="Fuel">Fuel that guests used.</param>
/// <param name="CpuMicroseconds">Processor time of the guests' threads.</param>
/// <param name="WallMicroseconds">Time that guests ran or waited, without the queue.</param>
/// <param name="BytesIn">Bytes of requests' bodies that guests read, and of messages.</param>
/// <param name="BytesOut">Bytes of bodies that guests wrote.</param>
/// <param name="OutboundRequests">Outgoing requests and connections, as <c>outbound-requests</c> counts them.</param>
/// <param name="OutboundBytesOut">Bytes of bodies of outgoing HTTP requests beyond the app.</param>
/// <param name="OutboundBytesIn">Bytes of bodies of their responses.</param>
/// <param name="ColdStarts">Requests that waited for their module to be loaded.</param>
/// <param name="LogBytes">Bytes of log that guests wrote and that were kept.</param>
public readonly record struct UsageValues(
    long Requests,
    long Fuel,
    long CpuMicroseconds,
    long WallMicroseconds,
    long BytesIn,
    long BytesOut,
    long OutboundRequests,
    long OutboundBytesOut,
    long OutboundBytesIn,
    long ColdStarts,
    long LogBytes);
