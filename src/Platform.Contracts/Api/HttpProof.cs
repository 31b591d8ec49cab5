namespace Platform.Contracts.Api;

/// <summary>An answer to be given.</summary>
/// <param name="Url">Where, with status 200; redirects aren't followed.</param>
/// <param name="Value">The whole body; white space around it doesn't matter.</param>
public sealed record HttpProof(string Url, string Value);
