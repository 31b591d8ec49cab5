namespace Platform.Dashboard.Api;

/// <summary>Why the API refused a call (RFC 9457).</summary>
/// <param name="Type">Its kind, of <c>ApiProblemTypes</c>.</param>
/// <param name="Title">What happened.</param>
/// <param name="Status">The status.</param>
/// <param name="Detail">What to do.</param>
public sealed record ApiProblem(string? Type, string? Title, int Status, string? Detail)
{
    /// <summary>Whether what was asked for isn't there, or isn't there for this visitor.</summary>
    public bool IsNotFound => Status == 404;
}
