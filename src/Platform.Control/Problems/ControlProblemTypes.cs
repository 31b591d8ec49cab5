namespace Platform.Control.Problems;

/// <summary>The ends of the problem types that the API answers with. Stable: clients match on them.</summary>
internal static class ControlProblemTypes
{
    public const string NotSignedIn = "not-signed-in";
    public const string TooManyAttempts = "too-many-attempts";
    public const string NotFound = "not-found";
    public const string RoleTooLow = "role-too-low";
    public const string InvalidName = "invalid-name";
    public const string InvalidRequest = "invalid-request";
    public const string InvalidManifest = "invalid-manifest";
    public const string InvalidCursor = "invalid-cursor";
    public const string Conflict = "conflict";
    public const string TooLarge = "too-large";
    public const string HashMismatch = "hash-mismatch";
    public const string ModuleRefused = "module-refused";
    public const string LimitTooHigh = "limit-too-high";
    public const string KeyReused = "idempotency-key-reused";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string RequestTimeout = "request-timeout";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string NoWorker = "no-worker";
    public const string Internal = "internal";
}
