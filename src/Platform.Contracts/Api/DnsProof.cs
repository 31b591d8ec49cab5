namespace Platform.Contracts.Api;

/// <summary>A DNS record to be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, <c>TXT</c>.</param>
/// <param name="Value">Its value; other records of that name don't matter.</param>
public sealed record DnsProof(string Name, string Type, string Value);
