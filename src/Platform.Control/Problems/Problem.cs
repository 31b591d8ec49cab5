using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Errors;
using Platform.Contracts.Manifests;
using Platform.Contracts.Variables;
using Platform.Control.Access;
using Platform.Data;

namespace Platform.Control.Problems;

/// <summary>The one place where the API's errors are worded (RFC 9457).</summary>
internal static class Problem
{
    public static ProblemHttpResult NotSignedIn => Create(
        401, ApiProblemTypes.NotSignedIn, "Not signed in", "Send a valid token as 'Authorization: Bearer plat_…'.");

    public static ProblemHttpResult TooManyAttempts => Create(
        429, ApiProblemTypes.TooManyAttempts, "Too many wrong tokens", "Wait as long as Retry-After says, then use a valid token.");

    public static ProblemHttpResult RateLimited => Create(
        429, ApiProblemTypes.RateLimited, "Too many requests", "Wait as long as Retry-After says. The RateLimit-Policy header says how many requests there are in how many seconds.");

    /// <summary>The same for an address that nobody has and a password that is wrong.</summary>
    public static ProblemHttpResult SignInFailed => Create(
        401, ApiProblemTypes.SignInFailed, "Sign-in failed", "The address or the password is wrong, or the token isn't valid.");

    public static ProblemHttpResult NoUser => Create(
        403, ApiProblemTypes.SignInFailed, "Not a user here", "You are signed in at the authority, but no user of this platform. Open an invitation's link first.");

    public static ProblemHttpResult AuthorityFailed => Create(
        401, ApiProblemTypes.SignInFailed, "Sign-in failed", "The authority did not sign you in, or its answer came too late. Try again.");

    public static ProblemHttpResult SessionEnded => Create(
        401, ApiProblemTypes.SignInFailed, "Session ended", "The refresh token isn't valid any more. Sign in again.");

    public static ProblemHttpResult SignInLocked => Create(
        429, ApiProblemTypes.TooManyAttempts, "Too many wrong passwords", "Wait as long as Retry-After says. A password can be reset by a link that an owner or the operator makes.");

    public static ProblemHttpResult SignInFirst => Create(
        409, ApiProblemTypes.SignInFirst, "Sign in first", "There is a user with this address already: sign in, and accept the invitation as that user.");

    public static ProblemHttpResult HttpsRequired => Create(
        403, ApiProblemTypes.HttpsRequired, "HTTPS required", "Passwords and sessions don't travel in plain HTTP beyond this machine. Use https: set up TLS, or sign in on the machine itself by a loopback address.");

    public static ProblemHttpResult CrossOrigin => Create(
        403, ApiProblemTypes.CrossOrigin, "Another origin", "A session's cookie counts for requests of this origin's own pages only. Send 'Authorization: Bearer …' instead.");

    public static ProblemHttpResult NoAntiforgery => Create(
        403, ApiProblemTypes.Antiforgery, "Antiforgery token missing", "A write with a session's cookie needs the header that GET /v1/sessions/current/antiforgery gives.");

    public static ProblemHttpResult LastOwner => Create(
        409, ApiProblemTypes.LastOwner, "Last owner", "A tenant keeps at least one owner. Make another member owner first.");

    public static ProblemHttpResult OperatorNeeded => Create(
        403, ApiProblemTypes.OperatorNeeded, "Operator needed", "The user is a member of other tenants too: only the installation's operator makes this link.");

    public static ProblemHttpResult LinkInvalid => Create(
        404, ApiProblemTypes.LinkInvalid, "Link invalid", "The link was used, has expired, or isn't whole. Ask for a new one.");

    public static ProblemHttpResult PreconditionFailed => Create(
        412, ApiProblemTypes.PreconditionFailed, "Changed meanwhile", "It was changed since the state that If-Match names. Get it again, and repeat the change on that.");

    /// <summary>The same for what isn't there and for what is another tenant's.</summary>
    public static ProblemHttpResult NotFound => Create(
        404, ApiProblemTypes.NotFound, "Not found", "There is no such thing, or this token has no access to it.");

    public static ProblemHttpResult RoleTooLow(AccessLevel needed) => Create(
        403, ApiProblemTypes.RoleTooLow, "Role too low", $"This needs the role {needed.ToString().ToLowerInvariant()} or a higher one.");

    public static ProblemHttpResult InvalidName(string what) => Create(
        400, ApiProblemTypes.InvalidName, "Invalid name", $"The {what}'s name must be 3 to 24 of a-z, 0-9 and single hyphens, with none at either end.");

    public static ProblemHttpResult Invalid(string detail) => Create(400, ApiProblemTypes.InvalidRequest, "Invalid request", detail);

    public static ProblemHttpResult InvalidCursor => Create(
        400, ApiProblemTypes.InvalidCursor, "Invalid cursor", "Use a cursor as a page of this list gave it, or none for the first page.");

    public static ProblemHttpResult InvalidSha256 => Create(
        400, ApiProblemTypes.InvalidName, "Invalid module name", "A module is named sha256: and 64 lower-case hex digits.");

    public static ProblemHttpResult InvalidVariable(string detail) => Create(400, ApiProblemTypes.InvalidName, "Invalid name", detail);

    public static ProblemHttpResult TooManyVariables => Create(
        422, ApiProblemTypes.TooManyVariables, "Too many variables", $"An app has at most {VariableLimits.Count} variables and secrets together. Delete one first.");

    public static ProblemHttpResult HashMismatch(string sha256) => Create(
        422, ApiProblemTypes.HashMismatch, "Hash mismatch", $"The content that came has the SHA-256 {sha256}; nothing was stored.");

    public static ProblemHttpResult KeyReused => Create(
        422, ApiProblemTypes.KeyReused, "Idempotency key reused", "This Idempotency-Key was used for another request. Use a new key.");

    public static ProblemHttpResult DomainCheckedJustNow => Create(
        429, ApiProblemTypes.TooManyAttempts, "Checked just now", "The proof was looked for a moment ago. Wait as long as Retry-After says.");

    public static ProblemHttpResult Conflict(string detail) => Create(409, ApiProblemTypes.Conflict, "Conflict", detail);

    /// <summary>A quota that waiting doesn't bring back: what it is and what is used in <c>limit</c> and <c>current</c>.</summary>
    public static ProblemHttpResult QuotaExceeded(QuotaExceededException exceeded) => TypedResults.Problem(
        $"The tenant's quota '{exceeded.Quota}' is {exceeded.Limit}, of which {exceeded.Current} are used. Delete what isn't needed, or ask the operator for more.",
        statusCode: 403,
        title: "Quota exceeded",
        type: ApiProblemTypes.QuotaExceeded,
        extensions: [new("quota", exceeded.Quota), new("limit", exceeded.Limit), new("current", exceeded.Current)]);

    public static ProblemHttpResult VersionRemoved(long version) => Create(
        409, ApiProblemTypes.VersionRemoved, "Version removed", $"Version {version} was removed, as old ones are: deploy it anew.");

    public static ProblemHttpResult AppDeleted(string app) => Create(
        409, ApiProblemTypes.AppDeleted, "App deleted", $"The app '{app}' was deleted and its name is kept for it: POST …/apps/{app}/restore brings it back, DELETE …/apps/{app}?purge=true ends it.");

    public static ProblemHttpResult TenantDeleted(string tenant) => Create(
        409, ApiProblemTypes.TenantDeleted, "Tenant deleted", $"The tenant '{tenant}' was deleted and its name is kept for it: POST /v1/tenants/{tenant}/restore brings it back, DELETE /v1/tenants/{tenant}?purge=true ends it.");

    /// <summary>What the version may newly do in <c>widened</c>, its number in <c>version</c>.</summary>
    public static ProblemHttpResult ApprovalRequired(long version, IReadOnlyList<string> widened) => TypedResults.Problem(
        $"Version {version} is stored, but may do more than the live one: {string.Join("; ", widened)}. It goes live once an owner approves it: POST …/versions/{version}/approve.",
        statusCode: 409,
        title: "Approval required",
        type: ApiProblemTypes.ApprovalRequired,
        extensions: [new("version", version), new("widened", widened)]);

    /// <summary>A component that asks for SQLite databases, where there is no place for them.</summary>
    public static ProblemHttpResult SqliteUnavailable(string component) => Create(
        422,
        ApiProblemTypes.SqliteUnavailable,
        "No SQLite here",
        $"Component '{component}' asks for 'sqlite_databases'. This platform has no process that keeps them, so that nothing was deployed: use a key-value store, PostgreSQL or MySQL, or ask the operator to run one (--roles sqlite) and to name it by Platform:SqliteUrls.");

    /// <summary>A value that decides what an app may reach, of a tenant whose owners approve that.</summary>
    public static ProblemHttpResult OwnersValue(string name) => Create(
        409,
        ApiProblemTypes.ApprovalRequired,
        "Approval required",
        $"A version of the app reaches hosts, servers or channels that '{name}' names, and the tenant's owners approve what apps may reach. Nothing was changed: an owner can set or delete it.");

    /// <summary>Not a 4xx, which an idempotency key would answer again and again.</summary>
    public static ProblemHttpResult BlobsGone => Create(
        503, ApiProblemTypes.BlobsGone, "Part removed", "A part of this deploy was removed as unused while it was deployed. Nothing was changed: send the deploy again.");

    public static ProblemHttpResult TooLarge(string detail) => Create(413, ApiProblemTypes.TooLarge, "Too large", detail);

    /// <summary>The first thing that is wrong with a manifest in <c>detail</c>, all of them in <c>errors</c>.</summary>
    public static ProblemHttpResult InvalidManifest(IReadOnlyList<ManifestError> errors) => TypedResults.Problem(
        errors[0].ToString(),
        statusCode: 422,
        title: "Manifest refused",
        type: ApiProblemTypes.InvalidManifest,
        extensions: [new("errors", errors)]);

    public static ProblemHttpResult ModuleRefused(string reason) => Refused(ApiProblemTypes.ModuleRefused, "Module refused", reason);

    public static ProblemHttpResult LimitTooHigh(string detail) => Refused(ApiProblemTypes.LimitTooHigh, "Limit too high", detail);

    public static ProblemHttpResult VariableRequired(string detail) => Refused(ApiProblemTypes.VariableRequired, "Variable required", detail);

    public static ProblemHttpResult SecretExpected(string detail) => Refused(ApiProblemTypes.SecretExpected, "Secret expected", detail);

    public static ProblemHttpResult Refused(string type, string title, string detail) => Create(422, type, title, detail);

    /// <summary>What the framework refused on its own, by status.</summary>
    public static ProblemHttpResult FromStatus(int status, string? detail = null) => status switch
    {
        400 => Invalid(detail ?? "The request can't be read."),
        404 => NotFound,
        405 => Create(405, ApiProblemTypes.MethodNotAllowed, "Method not allowed", "The Allow header lists what this path takes."),
        408 => Create(408, ApiProblemTypes.RequestTimeout, "Request timeout", "The request came too slowly."),
        413 => TooLarge(detail ?? "The body is larger than this path takes."),
        415 => Create(415, ApiProblemTypes.UnsupportedMediaType, "Unsupported media type", detail ?? "Send JSON as 'Content-Type: application/json'."),
        _ => Create(status, ApiProblemTypes.InvalidRequest, "Request refused", detail ?? "The request was refused."),
    };

    public static ProblemHttpResult Internal => Create(
        500, ApiProblemTypes.Internal, "Internal error", "The platform failed. Try again; its log has the cause.");

    public static ProblemHttpResult StoreUnavailable => Create(
        503, ApiProblemTypes.StoreUnavailable, "Store unavailable", "The platform's database can't be reached now. Try again.");

    public static ProblemHttpResult RedisUnavailable => Create(
        503, ApiProblemTypes.RedisUnavailable, "Redis unavailable", "The platform's Redis can't be reached now. Try again.");

    public static ProblemHttpResult Unavailable(string detail) => Create(503, ApiProblemTypes.NoWorker, "No worker available", detail);

    private static ProblemHttpResult Create(int status, string type, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title, type: type);
}
