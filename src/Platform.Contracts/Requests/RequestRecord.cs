namespace Platform.Contracts.Requests;

/// <summary>What is kept of one request or message (design section 9), as a worker hands it over: texts are escaped and cut already.</summary>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="App">The app's slug.</param>
/// <param name="Time">When it began, UTC.</param>
/// <param name="RequestId">The platform's id of it; a tenant's requests have different ones.</param>
/// <param name="Version">The version.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Method">The method; <c>MESSAGE</c> for a message.</param>
/// <param name="Path">The path, without the query; a message's channel.</param>
/// <param name="Route">The route that matched, as the manifest has it; a message's channel.</param>
/// <param name="Status">The response's status; null for a message, and when the client was gone.</param>
/// <param name="Outcome">How it ended, by usage's names.</param>
/// <param name="WallUs">Its whole time at the worker, microseconds.</param>
/// <param name="Receipt">What it cost; null when it didn't run.</param>
/// <param name="Trap">Why it failed, with the wasm backtrace; null when it didn't, or there's nothing to say.</param>
/// <param name="TraceId">The trace that it is in, 32 hexadecimal digits; null for none.</param>
/// <param name="Spans">Its phases and host calls, in the order in which they began but for the phases, which come first.</param>
/// <param name="SpansLeftOut">Host calls beyond those.</param>
public sealed record RequestRecord(
    string Tenant,
    string App,
    DateTimeOffset Time,
    string RequestId,
    int Version,
    string Component,
    string Method,
    string Path,
    string Route,
    int? Status,
    string Outcome,
    long WallUs,
    RequestReceipt? Receipt,
    string? Trap,
    string? TraceId,
    IReadOnlyList<RequestSpan> Spans,
    int SpansLeftOut);
