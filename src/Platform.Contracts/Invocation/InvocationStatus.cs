namespace Platform.Contracts.Invocation;

/// <summary>How an invocation ended, by phase and cause.</summary>
public enum InvocationStatus
{
    /// <summary>The guest's response was sent whole.</summary>
    Guest,

    /// <summary>The worker doesn't know that version (yet): the gateway refreshes and tries again once.</summary>
    Stale,

    /// <summary>The platform has no room now (queue, memory, slots, module not to be had): 503.</summary>
    Capacity,

    /// <summary>The tenant's own concurrency is used up: 429.</summary>
    TenantConcurrency,

    /// <summary>The request body is larger than allowed: 413.</summary>
    BodyTooLarge,

    /// <summary>The guest trapped: 500.</summary>
    Trap,

    /// <summary>The guest returned without a whole response: 500.</summary>
    NoResponse,

    /// <summary>The handler of a message returned an error; no request ends so.</summary>
    HandlerError,

    /// <summary>The guest's response isn't one (content-length that doesn't match): 502.</summary>
    BadResponse,

    /// <summary>Out of fuel: 504.</summary>
    Fuel,

    /// <summary>Past the wall time: 504.</summary>
    Wall,

    /// <summary>The client went away; nobody is there to be answered.</summary>
    ClientGone,

    /// <summary>The tenant's own rate is used up: 429.</summary>
    RateLimit,

    /// <summary>The tenant's fuel of this month is used up: 403.</summary>
    FuelQuota,

    /// <summary>The worker was told to stop and didn't begin: another is to be asked.</summary>
    Draining,

    /// <summary>The worker was lost while it ran the request, or none could be reached: 502.</summary>
    WorkerLost,

    /// <summary>The module ended its worker again and again, and isn't run any more: 500.</summary>
    Quarantined,
}
