namespace Platform.Control.Versions;

/// <summary>States as the store writes them.</summary>
internal static class VersionStates
{
    public const string Compiling = "compiling";
    public const string Ready = "ready";
    public const string Failed = "failed";
}
