using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Api;
using Platform.Control.Problems;

namespace Platform.Control.Versions;

/// <summary>Which versions may answer on their app's host name.</summary>
internal static class GoingLive
{
    /// <summary>Why a version may not; null when it may.</summary>
    public static ProblemHttpResult? Check(VersionRow version) => version.ToState() switch
    {
        VersionState.Ready => version.Awaits() is { } widened ? Problem.ApprovalRequired(version.Number, widened) : null,
        VersionState.Removed => Problem.VersionRemoved(version.Number),
        _ => Problem.Conflict($"Version {version.Number} is {version.State}; only a ready one can go live."),
    };
}
