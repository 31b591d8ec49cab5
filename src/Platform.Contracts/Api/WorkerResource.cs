namespace Platform.Contracts.Api;

/// <summary>A process that runs guests.</summary>
/// <param name="Id">Names it for as long as it runs; a restart has another.</param>
/// <param name="Address">Its internal listener; null for the one worker of a platform of one process.</param>
/// <param name="Zone">Where it is, as the operator calls it; null when that isn't said.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Capacity">Requests that it runs at once.</param>
/// <param name="Running">Requests under way at its last beat.</param>
/// <param name="Draining">Whether it was told to stop: it takes no new requests.</param>
/// <param name="Silent">Whether it has said nothing for so long that it gets no requests; it is listed for an hour.</param>
/// <param name="LastBeat">When it last said that it is there, UTC.</param>
public sealed record WorkerResource(string Id, string? Address, string? Zone, string Version, int Capacity, int Running, bool Draining, bool Silent, DateTimeOffset LastBeat);
