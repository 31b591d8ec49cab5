using Microsoft.AspNetCore.Http;
using Platform.Contracts.Errors;
using Platform.Contracts.Invocation;

namespace Platform.Gateway.Errors;

/// <summary>An error that the platform answers for an app: never with anything of the guest's insides.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The end of the problem's type; stable.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Detail">For whoever called the app.</param>
/// <param name="RetryAfterSeconds">For <c>Retry-After</c>.</param>
internal sealed record GatewayProblem(int Status, string Type, string Title, string Detail, int? RetryAfterSeconds = null)
{
    public static GatewayProblem NoApp { get; } = new(
        StatusCodes.Status404NotFound, ProblemTypes.NoApp, "No such app", "No app is deployed under this host name.");

    /// <summary>Without TLS where it has to be; what was sent can't be unsent, so a token is gone.</summary>
    public static GatewayProblem HttpsRequired(string origin, bool withToken) => new(
        StatusCodes.Status403Forbidden,
        ProblemTypes.HttpsRequired,
        "HTTPS required",
        withToken
            ? $"Nothing was done: call {origin}. The token was sent unencrypted; consider it exposed, revoke it and use a new one."
            : $"Nothing was done: call {origin}.");

    public static GatewayProblem NoRoute { get; } = new(
        StatusCodes.Status404NotFound, ProblemTypes.NoRoute, "No such route", "The app has no route for this path.");

    public static GatewayProblem Upgrade { get; } = new(
        StatusCodes.Status501NotImplemented, ProblemTypes.Upgrade, "No upgrades", "Apps answer plain requests; WebSockets and other upgrades aren't supported.");

    /// <summary>A gateway that has yet to learn which apps there are.</summary>
    public static GatewayProblem Starting { get; } = new(
        StatusCodes.Status503ServiceUnavailable, ProblemTypes.Capacity, "Starting", "The platform is starting and doesn't know its apps yet.", RetryAfterSeconds: 1);

    /// <summary>The API's control plane was lost with the call.</summary>
    public static GatewayProblem ControlLost { get; } = new(
        StatusCodes.Status502BadGateway, ProblemTypes.ControlLost, "Control plane lost", "The control plane was lost while it worked; what was asked may or may not have been done. With an Idempotency-Key it can be sent again.");

    /// <summary>No control plane can be reached.</summary>
    public static GatewayProblem NoControl { get; } = new(
        StatusCodes.Status503ServiceUnavailable, ProblemTypes.NoControl, "No control plane", "No control plane can be reached; nothing was changed. Apps go on. Try again later.", RetryAfterSeconds: 5);

    public static GatewayProblem Internal { get; } = new(
        StatusCodes.Status500InternalServerError, ProblemTypes.Internal, "Internal error", "The platform failed. Try again; its log has the cause.");

    /// <summary>The <c>type</c> as clients see it.</summary>
    public string TypeUri => ProblemTypes.Prefix + Type;

    private static GatewayProblem BodyLimit { get; } = new(
        StatusCodes.Status413PayloadTooLarge, ProblemTypes.BodyLimit, "Request too large", "The request's body is over the app's limit.");

    /// <summary>The error for what the server found wrong while the body was read.</summary>
    public static GatewayProblem BadRequest(int status) => status == StatusCodes.Status413PayloadTooLarge
        ? BodyLimit
        : new(status, ProblemTypes.BadRequest, "Bad request", "The request can't be read, or came too slowly.");

    /// <summary>The error for an invocation that brought no response.</summary>
    public static GatewayProblem Of(InvocationOutcome outcome) => outcome.Status switch
    {
        InvocationStatus.Stale or InvocationStatus.Capacity or InvocationStatus.Draining => new(
            StatusCodes.Status503ServiceUnavailable, ProblemTypes.Capacity, "No capacity", "The platform has no room for this request now.", outcome.RetryAfterSeconds ?? 1),
        InvocationStatus.TenantConcurrency => new(
            StatusCodes.Status429TooManyRequests, ProblemTypes.ConcurrencyLimit, "Too many requests at once", "The app's owner is at the limit of requests at once.", outcome.RetryAfterSeconds ?? 1),
        InvocationStatus.RateLimit => new(
            StatusCodes.Status429TooManyRequests, ProblemTypes.RateLimit, "Too many requests", "The app's owner is at the limit of requests a second.", outcome.RetryAfterSeconds ?? 1),
        InvocationStatus.FuelQuota => new(
            StatusCodes.Status403Forbidden, ProblemTypes.QuotaExceeded, "Quota exceeded", "The app's owner has used up what its apps may compute this month."),
        InvocationStatus.BodyTooLarge => BodyLimit,
        InvocationStatus.Trap => new(StatusCodes.Status500InternalServerError, ProblemTypes.Trap, "The app failed", "The app ended abnormally."),
        InvocationStatus.NoResponse => new(StatusCodes.Status500InternalServerError, ProblemTypes.NoResponse, "The app failed", "The app ended without a response."),
        InvocationStatus.BadResponse => new(StatusCodes.Status502BadGateway, ProblemTypes.BadResponse, "The app failed", "The app's response is not valid."),
        InvocationStatus.WorkerLost => new(StatusCodes.Status502BadGateway, ProblemTypes.WorkerLost, "Worker lost", "What ran the app was lost; it may or may not have done what was asked."),
        InvocationStatus.Quarantined => new(StatusCodes.Status500InternalServerError, ProblemTypes.Quarantined, "The app isn't run", "The app did harm to what runs it, and isn't run any more."),
        InvocationStatus.Fuel => new(StatusCodes.Status504GatewayTimeout, ProblemTypes.FuelLimit, "The app took too long", "The app is out of the computing that one request may use."),
        InvocationStatus.Wall => new(StatusCodes.Status504GatewayTimeout, ProblemTypes.WallLimit, "The app took too long", "The app is past the time that one request may take."),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Status, "has a response, or nobody to be answered"),
    };
}
