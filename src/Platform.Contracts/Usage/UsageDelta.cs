namespace Platform.Contracts.Usage;

/// <summary>What came to a sum since the last batch.</summary>
/// <param name="TenantId">The store's number of the tenant.</param>
/// <param name="App">The app's slug, which stays readable when the app is gone.</param>
/// <param name="Key">The sum.</param>
/// <param name="Values">By how much.</param>
public sealed record UsageDelta(long TenantId, string App, UsageKey Key, UsageValues Values);
