namespace Platform.Contracts.Invocation;

/// <summary>What a gateway and a worker say to each other beside the request and the response themselves (design section 9). All of them are taken off at either end.</summary>
public static class InvocationHeaders
{
    /// <summary>Where a worker's internal listener takes invocations, by the client's own method.</summary>
    public const string Path = "/invoke";

    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "platform-internal-";

    /// <summary>On a control plane's internal listener: the call is for its public API, and came to a gateway.</summary>
    public const string Public = Prefix + "public";

    /// <summary>The tenant's slug.</summary>
    public const string Tenant = Prefix + "tenant";

    /// <summary>The app's slug.</summary>
    public const string App = Prefix + "app";

    /// <summary>The version's number.</summary>
    public const string Version = Prefix + "version";

    /// <summary>The component of the route that matched: the worker finds the same, or its version is another.</summary>
    public const string Component = Prefix + "component";

    /// <summary>The pattern of the route that matched. Its parameters are in the target.</summary>
    public const string Route = Prefix + "route";

    /// <summary>The revision of the gateway's snapshot: a worker that is behind waits for it a little. In a control plane's answer the revision that a call led to, which the gateway waits for.</summary>
    public const string Revision = Prefix + "revision";

    /// <summary>The platform's id of the request.</summary>
    public const string RequestId = Prefix + "request-id";

    /// <summary>Path and query as the client sent them.</summary>
    public const string Target = Prefix + "target";

    /// <summary>The request's Host as the client sent it.</summary>
    public const string Host = Prefix + "host";

    /// <summary>Scheme by which the client came.</summary>
    public const string Scheme = Prefix + "scheme";

    /// <summary>The protocol that the client spoke, such as <c>HTTP/1.1</c>.</summary>
    public const string Protocol = Prefix + "protocol";

    /// <summary>The client's address and port.</summary>
    public const string Client = Prefix + "client";

    /// <summary>Milliseconds that workers tried before have had of the time that the request may take; absent at the first.</summary>
    public const string Elapsed = Prefix + "elapsed-ms";

    /// <summary>The gateway's span (W3C Trace Context, <c>traceparent</c>): the client's own header goes to the guest as it came.</summary>
    public const string TraceParent = Prefix + "traceparent";

    /// <summary>Of the response: how the invocation ended. A guest's own status never says so.</summary>
    public const string Outcome = Prefix + "outcome";
}
