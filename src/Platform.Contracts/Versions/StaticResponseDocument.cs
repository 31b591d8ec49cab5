namespace Platform.Contracts.Versions;

/// <summary>What a route answers by itself, without a component (<c>static_response</c> of Spin's HTTP trigger).</summary>
/// <param name="StatusCode">The status, 200 to 599.</param>
/// <param name="Headers">Header fields by name.</param>
/// <param name="Body">The body; null for none.</param>
public sealed record StaticResponseDocument(int StatusCode, IReadOnlyDictionary<string, string> Headers, string? Body);
