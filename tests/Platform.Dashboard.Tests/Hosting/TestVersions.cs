using Platform.Contracts.Api;

namespace Platform.Dashboard.Tests.Hosting;

/// <summary>Versions of an app.</summary>
internal static class TestVersions
{
    /// <summary>One that waits for an owner.</summary>
    public static VersionResource Awaiting(int version) =>
        new(version, VersionState.Ready, null, false, "http://app", "http://version", [], DateTimeOffset.UnixEpoch, "operator", null, ["http://more"], null);
}
