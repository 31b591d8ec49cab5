namespace Platform.Contracts.Errors;

/// <summary>The <c>type</c> URIs of problem details (RFC 9457) that the platform answers with. Stable: clients match on them.</summary>
public static class ProblemTypes
{
    /// <summary>What every type starts with.</summary>
    public const string Prefix = "urn:platform:problem:";
}
