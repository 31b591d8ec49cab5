using Microsoft.AspNetCore.Http;

namespace Platform.Dashboard;

/// <summary>What the dashboard has to know of the process that it is in.</summary>
public sealed record DashboardOptions
{
    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>Whether a Host field names the platform itself, not an app: only there are pages.</summary>
    public required Func<string?, bool> IsOwnHost { get; init; }

    /// <summary>Whether a password may travel the way that a request came.</summary>
    public required Func<HttpContext, bool> IsSafeTransport { get; init; }

    /// <summary>Whether people can sign in at an OpenID Connect authority.</summary>
    public required bool HasAuthority { get; init; }
}
