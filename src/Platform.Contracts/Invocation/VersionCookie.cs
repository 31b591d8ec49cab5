namespace Platform.Contracts.Invocation;

/// <summary>The cookie that keeps a client with a version of a split app. It is the gateway's alone: a guest neither sees nor sets it.</summary>
public static class VersionCookie
{
    /// <summary>Its name.</summary>
    public const string Name = "platform-version";
}
