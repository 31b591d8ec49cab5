using Platform.Contracts.Versions;

namespace Platform.Contracts.Api;

/// <summary>A version of an app.</summary>
/// <param name="Version">Its number, counted from 1 in each app.</param>
/// <param name="State">Where its deploy stands.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
/// <param name="Live">Whether it answers on the app's host name, with the largest share when several do.</param>
/// <param name="Url">Where the app answers.</param>
/// <param name="VersionUrl">Where this version answers, live or not.</param>
/// <param name="Capabilities">What its components may reach, one line each; empty: nothing.</param>
/// <param name="Created">When it was deployed, UTC.</param>
/// <param name="CreatedBy">Who deployed it: <c>operator</c>, or <c>token:</c> and the token's id.</param>
/// <param name="Message">What the deployer said of it; null for nothing.</param>
/// <param name="AwaitingApproval">What it may do beyond the version that was live when it was deployed, and an owner has yet to approve; null when it awaits nothing.</param>
/// <param name="Document">What was deployed; null in lists.</param>
public sealed record VersionResource(
    int Version,
    VersionState State,
    string? Reason,
    bool Live,
    string Url,
    string VersionUrl,
    IReadOnlyList<string> Capabilities,
    DateTimeOffset Created,
    string CreatedBy,
    string? Message,
    IReadOnlyList<string>? AwaitingApproval,
    VersionDocument? Document);
