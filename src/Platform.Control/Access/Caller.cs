using Platform.Control.Audit;

namespace Platform.Control.Access;

/// <summary>Who makes the API call: the operator, an API token, or a user.</summary>
/// <param name="Id">Names the caller in the store: <c>operator</c>, or <c>token:</c> or <c>user:</c> and its number.</param>
/// <param name="Actor">The caller as the audit trail names it.</param>
internal sealed record Caller(string Id, Actor Actor)
{
    /// <summary>The installation's operator.</summary>
    public bool IsOperator { get; init; }

    /// <summary>The number of the caller's API token; null for others.</summary>
    public long? TokenId { get; init; }

    /// <summary>The one tenant that the caller's API token belongs to; null for others.</summary>
    public long? TenantId { get; init; }

    /// <summary>What the caller's API token may do in its tenant; null for others.</summary>
    public AccessLevel? TokenLevel { get; init; }

    /// <summary>The number of the user, whose level depends on the tenant; null for others.</summary>
    public long? UserId { get; init; }

    /// <summary>The user's address; null for others.</summary>
    public string? Email { get; init; }

    /// <summary>The session that the call belongs to; null for API tokens and tokens of an OpenID Connect authority.</summary>
    public string? SessionId { get; init; }

    /// <summary>Whether the session's cookie said who it is: then a page of another origin may have sent the request.</summary>
    public bool IsCookie { get; init; }
}
