namespace Platform.Control.Versions;

/// <summary>States as the store writes them.</summary>
internal static class VersionStates
{
    public const string Compiling = "compiling";
    public const string Ready = "ready";
    public const string Failed = "failed";

    /// <summary>SQL: the version of the alias <c>v</c> may answer, on the app's host name or its own: it is ready, and approved if it needs to be.</summary>
    public const string CanGoLive = "v.state = 'ready' AND (v.widened IS NULL OR v.approved_by IS NOT NULL)";
}
