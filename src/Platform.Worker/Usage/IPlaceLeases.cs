namespace Platform.Worker.Usage;

/// <summary>Leases of the places that tenants have on all workers together, kept where all workers reach them.</summary>
internal interface IPlaceLeases
{
    /// <summary>Renews this worker's leases; answers how many places each has now, in the same order. What workers hold of a tenant's places is its total at most, but for one that comes new, until the others have heard of it.</summary>
    /// <exception cref="IOException">They can't be reached.</exception>
    Task<IReadOnlyList<int>> RenewAsync(IReadOnlyList<PlaceClaim> claims, CancellationToken cancellationToken);
}
