namespace Platform.Gateway.Routing;

/// <summary>What a Host names.</summary>
internal enum HostKind
{
    /// <summary>The platform itself.</summary>
    Base,

    /// <summary>An app, or one of its versions.</summary>
    App,

    /// <summary>Nothing that is served here, unless it is a custom domain.</summary>
    Unknown,
}
