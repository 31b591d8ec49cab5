namespace Platform.Data;

/// <summary>
/// The tenant that a store method works for. It is made where the caller's right to the tenant was checked, goes first into every store method, and
/// every statement filters on it. A default value throws, so that a forgotten check can't authorize.
/// </summary>
public readonly record struct TenantScope
{
    private readonly long _id;
    private readonly string? _name;

    /// <summary>Creates the scope of one tenant.</summary>
    /// <param name="id">The tenant's number in the store, positive.</param>
    /// <param name="name">The tenant's slug.</param>
    public TenantScope(long id, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(id);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _id = id;
        _name = name;
    }

    /// <summary>The tenant's number in the store.</summary>
    public long Id => _id > 0 ? _id : throw new InvalidOperationException("No tenant was established for this operation.");

    /// <summary>The tenant's slug.</summary>
    public string Name => _name ?? throw new InvalidOperationException("No tenant was established for this operation.");
}
