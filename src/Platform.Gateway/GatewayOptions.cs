namespace Platform.Gateway;

/// <summary>The names that the gateway tells hosts by; lower case, without port and final dot.</summary>
public sealed record GatewayOptions
{
    /// <summary>The domain of the API and its pages (<c>Platform:BaseDomain</c>).</summary>
    public string BaseDomain { get; init; } = "localhost";

    /// <summary>The domain that apps live under (<c>Platform:AppsDomain</c>).</summary>
    public string AppsDomain { get; init; } = "localhost";

    /// <summary><c>Platform:PublicUrl</c> when its scheme is https: then plain HTTP is redirected or refused. Null: it is served.</summary>
    public Uri? HttpsUrl { get; init; }
}
