using Platform.Contracts.Requests;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Requests;

/// <summary>A request on its way to the store.</summary>
/// <param name="App">Whose it is.</param>
/// <param name="Record">The request.</param>
/// <param name="Receipt">Its receipt as JSON; null for none.</param>
/// <param name="Spans">Its spans as JSON.</param>
/// <param name="Size">Its bytes.</param>
internal readonly record struct RequestEntry(AppIds App, RequestRecord Record, string? Receipt, string Spans, int Size) : IAppEntry;
