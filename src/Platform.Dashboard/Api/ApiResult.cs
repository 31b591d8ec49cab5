using System.Diagnostics.CodeAnalysis;

namespace Platform.Dashboard.Api;

/// <summary>What a call gave: a value, or why not.</summary>
/// <param name="Value">The answer; null with a problem, and for answers without a body.</param>
/// <param name="Problem">Why not; null when it went well.</param>
/// <param name="ETag">The answer's ETag, for changes that go on from it.</param>
public sealed record ApiResult<T>(T? Value, ApiProblem? Problem, string? ETag = null)
    where T : class
{
    /// <summary>Whether the call was refused.</summary>
    [MemberNotNullWhen(true, nameof(Problem))]
    public bool IsRefused => Problem is not null;
}
