using Platform.Contracts.Versions;

namespace Platform.Control.Versions;

/// <summary>A version to be.</summary>
/// <param name="Document">What it is.</param>
/// <param name="Message">What the deployer says of it; null for nothing.</param>
/// <param name="IsApproved">An owner deploys it: whatever it may do is approved.</param>
internal sealed record VersionDraft(VersionDocument Document, string? Message, bool IsApproved);
