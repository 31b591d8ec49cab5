namespace Platform.Gateway.Routing;

/// <summary>Tells the platform's own names from apps'.</summary>
public static class BaseDomain
{
    /// <summary>Whether a Host field names the platform itself: the base domain, <c>localhost</c> or an IP literal.</summary>
    public static Func<string?, bool> Matcher(GatewayOptions options)
    {
        var hosts = new HostNames(options);
        return host => hosts.Read(host).Kind == HostKind.Base;
    }
}
