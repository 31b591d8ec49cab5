namespace Platform.Contracts.Api;

/// <summary>A user of the installation.</summary>
/// <param name="Id">Names the user in <c>/v1/users/{id}</c>.</param>
/// <param name="Email">The address that the user signs in with.</param>
/// <param name="Name">What the user is called.</param>
/// <param name="Created">When the user was made, UTC.</param>
public sealed record UserResource(string Id, string Email, string Name, DateTimeOffset Created);
