using System.Collections.Immutable;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Snapshots;

/// <summary>What gateways and workers know of one app.</summary>
/// <param name="Id">The store's number of it, never used again for another: what belongs to the app outside the store is kept under it.</param>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="App">The app's slug.</param>
/// <param name="Live">The version that answers on the app's host name, the one with the largest share when several do; null when none does.</param>
/// <param name="Versions">The versions that may be asked for, the live one among them.</param>
public sealed record AppSnapshot(long Id, string Tenant, string App, int? Live, ImmutableDictionary<int, VersionDocument> Versions)
{
    /// <summary>What is set for the app whichever version runs. Workers' alone: gateways don't need it.</summary>
    public AppConfiguration Configuration { get; init; } = AppConfiguration.Empty;

    /// <summary>The process of the role <c>sqlite</c> that the app's databases are in, from 0, for as long as the app lives.</summary>
    public int SqliteShard { get; init; }

    /// <summary>How requests to the app's host name are split; null when <see cref="Live"/> gets all of them.</summary>
    public TrafficSnapshot? Traffic { get; init; }
}
