using System.Collections.Immutable;

namespace Platform.Contracts.Snapshots;

/// <summary>How an app's requests are split among its versions.</summary>
/// <param name="Shares">Two or more, the percents sum to 100; each version is one of the app's.</param>
/// <param name="StickyKey">Authenticates the cookies that keep a client with its version: the app's own, the same in every gateway. Null: clients aren't kept.</param>
public sealed record TrafficSnapshot(ImmutableArray<TrafficShare> Shares, ImmutableArray<byte>? StickyKey)
{
    /// <summary>Whether a version has a share.</summary>
    public bool Has(int version)
    {
        foreach (var share in Shares)
        {
            if (share.Version == version)
            {
                return true;
            }
        }

        return false;
    }
}
