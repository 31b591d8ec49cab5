using Platform.Contracts.Requests;

namespace Platform.Contracts.Api;

/// <summary>A request or message that was kept.</summary>
/// <param name="Id">Its id, which clients get as <c>platform-request-id</c>.</param>
/// <param name="At">When it began, UTC.</param>
/// <param name="Method">The method; <c>MESSAGE</c> for a message.</param>
/// <param name="Path">The path without the query, control characters escaped; a message's channel.</param>
/// <param name="Version">The version.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Status">The response's status; null for a message, and when the client was gone.</param>
/// <param name="Outcome">How it ended, by usage's names.</param>
/// <param name="WallUs">Its whole time at the worker, microseconds.</param>
/// <param name="Receipt">What it cost; null when it didn't run.</param>
public sealed record RequestResource(
    string Id, DateTimeOffset At, string Method, string Path, int Version, string Component, int? Status, string Outcome, long WallUs, RequestReceipt? Receipt);
