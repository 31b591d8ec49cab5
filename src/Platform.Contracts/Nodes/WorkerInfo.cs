namespace Platform.Contracts.Nodes;

/// <summary>A worker as it says of itself.</summary>
/// <param name="Id">Names it for as long as it runs; a restart has another.</param>
/// <param name="Url">Its internal listener.</param>
/// <param name="Zone">Where it is, as the operator calls it; null when that isn't said.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Capacity">Requests that it runs at once.</param>
/// <param name="IsDraining">It was told to stop: it takes no new requests.</param>
public sealed record WorkerInfo(string Id, Uri Url, string? Zone, string Version, int Capacity, bool IsDraining);
