using Platform.Contracts.Api;

namespace Platform.Dashboard.Requests;

/// <summary>A request that was kept; what follows the receipt is there when one is asked for.</summary>
internal sealed record KeptRequest(
    string Id,
    DateTimeOffset At,
    string Method,
    string Path,
    int Version,
    string Component,
    int Status,
    string Outcome,
    long WallUs,
    KeptReceipt? Receipt,
    string? Route = null,
    string? Trap = null,
    string? TraceId = null,
    IReadOnlyList<KeptSpan>? Spans = null,
    IReadOnlyList<LogLineResource>? Log = null);
