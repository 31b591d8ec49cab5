using Microsoft.AspNetCore.Authorization;

namespace Platform.Control.Access;

/// <summary>The least level that a route needs, in the tenant of its path if it names one.</summary>
internal sealed record AccessRequirement(AccessLevel Level) : IAuthorizationRequirement;
