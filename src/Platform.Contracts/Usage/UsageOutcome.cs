namespace Platform.Contracts.Usage;

/// <summary>How a request or message ended, as usage counts it. A bounded set: each has a row of its own for each hour.</summary>
public enum UsageOutcome
{
    /// <summary>A message that the guest took.</summary>
    Ok,

    /// <summary>The guest answered with a status of 200 to 299.</summary>
    Status2xx,

    /// <summary>The guest answered with a status of 300 to 399.</summary>
    Status3xx,

    /// <summary>The guest answered with a status of 400 to 499.</summary>
    Status4xx,

    /// <summary>The guest answered with a status of 500 or more.</summary>
    Status5xx,

    /// <summary>The guest trapped, or the platform failed on it.</summary>
    Trap,

    /// <summary>The guest ended without a response.</summary>
    NoResponse,

    /// <summary>The handler of a message returned an error.</summary>
    HandlerError,

    /// <summary>The guest's response wasn't one.</summary>
    BadResponse,

    /// <summary>Out of fuel.</summary>
    Fuel,

    /// <summary>Past the wall time.</summary>
    Wall,

    /// <summary>The request's body was over its limit.</summary>
    BodyLimit,

    /// <summary>The client went away before the end.</summary>
    ClientGone,

    /// <summary>The platform had no room.</summary>
    Capacity,

    /// <summary>Refused: the tenant's concurrency.</summary>
    ConcurrencyLimit,

    /// <summary>Refused: the tenant's rate.</summary>
    RateLimit,

    /// <summary>Refused: the tenant's fuel of the month.</summary>
    QuotaExceeded,
}
