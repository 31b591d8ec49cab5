namespace Platform.Worker.Usage;

/// <summary>What a worker wants of a tenant's places.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Total">The places on all workers together.</param>
/// <param name="Most">Those that one worker may have.</param>
/// <param name="Held">Those that it may give until it has its answer, and those that are taken: nobody else may give them before it claims less.</param>
/// <param name="Wanted">The most that was asked for at once of late; 0 gives all back.</param>
internal readonly record struct PlaceClaim(long TenantId, int Total, int Most, int Held, int Wanted);
