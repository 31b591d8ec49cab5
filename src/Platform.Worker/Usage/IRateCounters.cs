namespace Platform.Worker.Usage;

/// <summary>Counts the requests of tenants at all workers.</summary>
internal interface IRateCounters
{
    /// <summary>Adds to tenants' sums; answers them, in the same order.</summary>
    /// <exception cref="IOException">They can't be reached.</exception>
    Task<IReadOnlyList<long>> AddAsync(IReadOnlyList<(long TenantId, long Asked)> asked, CancellationToken cancellationToken);
}
