namespace Platform.Contracts.Errors;

/// <summary>The problem types that the REST API answers with. Stable: clients match on them.</summary>
public static class ApiProblemTypes
{
    public const string NotSignedIn = ProblemTypes.Prefix + "not-signed-in";
    public const string TooManyAttempts = ProblemTypes.Prefix + "too-many-attempts";
    public const string RateLimited = ProblemTypes.Prefix + "rate-limited";
    public const string NotFound = ProblemTypes.Prefix + "not-found";
    public const string RoleTooLow = ProblemTypes.Prefix + "role-too-low";
    public const string InvalidName = ProblemTypes.Prefix + "invalid-name";
    public const string InvalidRequest = ProblemTypes.Prefix + "invalid-request";
    public const string InvalidManifest = ProblemTypes.Prefix + "invalid-manifest";
    public const string InvalidCursor = ProblemTypes.Prefix + "invalid-cursor";
    public const string PreconditionFailed = ProblemTypes.Prefix + "precondition-failed";
    public const string Conflict = ProblemTypes.Prefix + "conflict";
    public const string VersionRemoved = ProblemTypes.Prefix + "version-removed";
    public const string AppDeleted = ProblemTypes.Prefix + "app-deleted";
    public const string TenantDeleted = ProblemTypes.Prefix + "tenant-deleted";
    public const string ApprovalRequired = ProblemTypes.Prefix + "approval-required";
    public const string BlobsGone = ProblemTypes.Prefix + "part-removed";
    public const string TooLarge = ProblemTypes.Prefix + "too-large";
    public const string HashMismatch = ProblemTypes.Prefix + "hash-mismatch";
    public const string SqliteUnavailable = ProblemTypes.Prefix + "sqlite-unavailable";
    public const string ModuleRefused = ProblemTypes.Prefix + "module-refused";
    public const string LimitTooHigh = ProblemTypes.Prefix + "limit-too-high";
    public const string VariableRequired = ProblemTypes.Prefix + "variable-required";
    public const string SecretExpected = ProblemTypes.Prefix + "secret-expected";
    public const string TooManyVariables = ProblemTypes.Prefix + "too-many-variables";
    public const string DomainRefused = ProblemTypes.Prefix + "domain-refused";
    public const string DomainNotProven = ProblemTypes.Prefix + "domain-not-proven";
    public const string CertificateRefused = ProblemTypes.Prefix + "certificate-refused";
    public const string QuotaExceeded = ProblemTypes.Prefix + ProblemTypes.QuotaExceeded;
    public const string KeyReused = ProblemTypes.Prefix + "idempotency-key-reused";
    public const string MethodNotAllowed = ProblemTypes.Prefix + "method-not-allowed";
    public const string RequestTimeout = ProblemTypes.Prefix + "request-timeout";
    public const string UnsupportedMediaType = ProblemTypes.Prefix + "unsupported-media-type";
    public const string StoreUnavailable = ProblemTypes.Prefix + "store-unavailable";
    public const string RedisUnavailable = ProblemTypes.Prefix + "redis-unavailable";
    public const string NoWorker = ProblemTypes.Prefix + "no-worker";
    public const string CrossOrigin = ProblemTypes.Prefix + "cross-origin";
    public const string Antiforgery = ProblemTypes.Prefix + "antiforgery";
    public const string SignInFailed = ProblemTypes.Prefix + "sign-in-failed";
    public const string SignInFirst = ProblemTypes.Prefix + "sign-in-first";
    public const string HttpsRequired = ProblemTypes.Prefix + "https-required";
    public const string LastOwner = ProblemTypes.Prefix + "last-owner";
    public const string OperatorNeeded = ProblemTypes.Prefix + "operator-needed";
    public const string LinkInvalid = ProblemTypes.Prefix + "link-invalid";
    public const string Internal = ProblemTypes.Prefix + "internal";
}
