namespace Platform.Data;

/// <summary>A transaction would have taken a tenant past a quota; it was rolled back.</summary>
/// <param name="quota">The quota, as the API names it.</param>
/// <param name="limit">What is allowed.</param>
/// <param name="current">What was used before.</param>
public sealed class QuotaExceededException(string quota, long limit, long current) : Exception($"{quota}: {current} of {limit} are used")
{
    /// <summary>The quota, as the API names it.</summary>
    public string Quota { get; } = quota;

    /// <summary>What is allowed.</summary>
    public long Limit { get; } = limit;

    /// <summary>What was used before.</summary>
    public long Current { get; } = current;
}
