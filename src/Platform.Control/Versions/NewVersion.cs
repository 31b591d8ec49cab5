using Platform.Contracts.Api;
using Platform.Contracts.Versions;

namespace Platform.Control.Versions;

/// <summary>A version that was just stored.</summary>
/// <param name="AppId">The app's number in the store.</param>
/// <param name="Number">The version's number.</param>
/// <param name="Replaced">The version that was live before; null when none was.</param>
/// <param name="ReplacedDocument">Its document.</param>
/// <param name="ReplacedTraffic">The split that was in force before; null when one version had all.</param>
internal sealed record NewVersion(long AppId, long Number, long? Replaced, VersionDocument? ReplacedDocument, TrafficResource? ReplacedTraffic)
{
    /// <summary>What it may do beyond the version that is live, which an owner has to approve before it goes live; empty when nothing.</summary>
    public IReadOnlyList<string> Widened { get; init; } = [];
}
