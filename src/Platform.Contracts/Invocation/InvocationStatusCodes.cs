namespace Platform.Contracts.Invocation;

/// <summary>The HTTP statuses that invocations without a response are answered with (design section 5).</summary>
public static class InvocationStatusCodes
{
    /// <summary>The status for an invocation that brought no response.</summary>
    public static int Of(InvocationStatus status) => status switch
    {
        InvocationStatus.Stale or InvocationStatus.Capacity or InvocationStatus.Draining => 503,
        InvocationStatus.TenantConcurrency or InvocationStatus.RateLimit => 429,
        InvocationStatus.FuelQuota => 403,
        InvocationStatus.BodyTooLarge => 413,
        InvocationStatus.Trap or InvocationStatus.NoResponse or InvocationStatus.Quarantined => 500,
        InvocationStatus.BadResponse or InvocationStatus.WorkerLost => 502,
        InvocationStatus.Fuel or InvocationStatus.Wall => 504,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "has a response, or nobody to be answered"),
    };
}
