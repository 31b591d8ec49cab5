namespace Platform.Control.Audit;

/// <summary>Who does something, from where, as the audit trail keeps it.</summary>
/// <param name="Id">Names the caller in the store: <c>operator</c>, <c>token:</c> or <c>user:</c> and its number, or <c>platform</c>.</param>
/// <param name="Name">What people call it: a token's name, a user's address. It stays readable when the token or user is gone.</param>
/// <param name="Address">The client's IP address; null for the platform itself.</param>
/// <param name="RequestId">The API request; null for the platform itself.</param>
internal sealed record Actor(string Id, string? Name, string? Address, string? RequestId)
{
    /// <summary>The operator's <see cref="Id"/>.</summary>
    public const string OperatorId = "operator";

    /// <summary>The platform, in the background.</summary>
    public static Actor Platform { get; } = new("platform", null, null, null);
}
