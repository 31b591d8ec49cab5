namespace Platform.Contracts.Api;

/// <summary>Claims a domain for an app.</summary>
/// <param name="Name">The name, such as <c>www.example.com</c>; in Unicode or as A-labels.</param>
public sealed record CreateDomainRequest(string Name);
