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
        StatusCodes.Status404NotFound, "no-app", "No such app", "No app is deployed under this host name.");

    public static GatewayProblem NoRoute { get; } = new(
        StatusCodes.Status404NotFound, "no-route", "No such route", "The app has no route for this path.");

    public static GatewayProblem Upgrade { get; } = new(
        StatusCodes.Status501NotImplemented, "upgrade", "No upgrades", "Apps answer plain requests; WebSockets and other upgrades aren't supported.");

    /// <summary>The <c>type</c> as clients see it.</summary>
    public string TypeUri => ProblemTypes.Prefix + Type;

    /// <summary>The error for an invocation that brought no response.</summary>
    public static GatewayProblem Of(InvocationOutcome outcome) => outcome.Status switch
    {
        InvocationStatus.Stale or InvocationStatus.Capacity => new(
            StatusCodes.Status503ServiceUnavailable, "capacity", "No capacity", "The platform has no room for this request now.", outcome.RetryAfterSeconds ?? 1),
        InvocationStatus.TenantConcurrency => new(
            StatusCodes.Status429TooManyRequests, "concurrency-limit", "Too many requests at once", "The app's owner is at the limit of requests at once.", outcome.RetryAfterSeconds ?? 1),
        InvocationStatus.BodyTooLarge => new(
            StatusCodes.Status413PayloadTooLarge, "body-limit", "Request too large", "The request's body is over the app's limit."),
        InvocationStatus.Trap => new(StatusCodes.Status500InternalServerError, "trap", "The app failed", "The app ended abnormally."),
        InvocationStatus.NoResponse => new(StatusCodes.Status500InternalServerError, "no-response", "The app failed", "The app ended without a response."),
        InvocationStatus.BadResponse => new(StatusCodes.Status502BadGateway, "bad-response", "The app failed", "The app's response is not valid."),
        InvocationStatus.Fuel => new(StatusCodes.Status504GatewayTimeout, "fuel-limit", "The app took too long", "The app is out of the computing that one request may use."),
        InvocationStatus.Wall => new(StatusCodes.Status504GatewayTimeout, "wall-limit", "The app took too long", "The app is past the time that one request may take."),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Status, "has a response, or nobody to be answered"),
    };
}
