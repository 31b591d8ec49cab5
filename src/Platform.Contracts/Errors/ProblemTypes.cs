namespace Platform.Contracts.Errors;

/// <summary>
/// The <c>type</c> URIs of problem details (RFC 9457) that the platform answers with, and the ends of those it answers for a guest. Stable: clients match on
/// them.
/// </summary>
public static class ProblemTypes
{
    /// <summary>What every type starts with.</summary>
    public const string Prefix = "urn:platform:problem:";

    /// <summary>403: sent without TLS to a platform that is called by https.</summary>
    public const string HttpsRequired = "https-required";

    /// <summary>404: no app, or no such version of it, under this host name.</summary>
    public const string NoApp = "no-app";

    /// <summary>404: the app has no route for the path.</summary>
    public const string NoRoute = "no-route";

    /// <summary>501: a WebSocket or another upgrade.</summary>
    public const string Upgrade = "upgrade";

    /// <summary>The status says which: the request isn't HTTP as it should be.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>413: the request's body is over the app's limit.</summary>
    public const string BodyLimit = "body-limit";

    /// <summary>429: the tenant has as many requests at once as it may.</summary>
    public const string ConcurrencyLimit = "concurrency-limit";

    /// <summary>429: the tenant has as many requests a second as it may.</summary>
    public const string RateLimit = "rate-limit";

    /// <summary>403: the tenant has used up a quota that waiting a moment doesn't bring back.</summary>
    public const string QuotaExceeded = "quota-exceeded";

    /// <summary>500: the guest trapped.</summary>
    public const string Trap = "trap";

    /// <summary>500: the guest ended without a response.</summary>
    public const string NoResponse = "no-response";

    /// <summary>500: the guest ended its worker again and again, and isn't run any more.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>500: the platform itself failed.</summary>
    public const string Internal = "internal";

    /// <summary>502: the guest's response isn't one.</summary>
    public const string BadResponse = "bad-response";

    /// <summary>502: the worker that ran the guest was lost.</summary>
    public const string WorkerLost = "worker-lost";

    /// <summary>502: the control plane was lost while it worked on a call.</summary>
    public const string ControlLost = "control-lost";

    /// <summary>503: no control plane can be reached.</summary>
    public const string NoControl = "no-control-plane";

    /// <summary>503: the platform has no room now.</summary>
    public const string Capacity = "capacity";

    /// <summary>504: out of fuel.</summary>
    public const string FuelLimit = "fuel-limit";

    /// <summary>504: past the wall time.</summary>
    public const string WallLimit = "wall-limit";
}
