using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Contracts.Invocation;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>Turns the server's request into the sandbox's.</summary>
internal static class SandboxRequests
{
    /// <summary>Whether the request says by itself that its body is too large; else <see cref="LimitedBodyReader"/> holds it to the limit, in place of the server.</summary>
    public static bool IsBodyTooLarge(HttpContext http, long limit)
    {
        if (http.Request.ContentLength > limit)
        {
            return true;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        return false;
    }

    /// <summary>Builds the request.</summary>
    public static SandboxRequest Create(
        HttpContext http, InvocationTarget target, ResolvedComponent component, HandlerKinds kinds, Invocation invocation, IMemoryBudget memory)
    {
        var request = http.Request;
        var headers = HeadersOf(http, target);
        var hasBody = HasBody(http);
        var isWagi = kinds == HandlerKinds.WagiCommand;
        return new SandboxRequest
        {
            RequestId = target.RequestId,
            Method = request.Method,
            Scheme = request.Scheme,
            Authority = request.Host.Value ?? "",
            PathWithQuery = RawTarget(http),
            Headers = headers,
            Body = hasBody ? new LimitedBodyReader(request.BodyReader, component.BodyBytes) : null,
            Trailers = hasBody ? () => TrailersOf(http) : null,
            Environment = isWagi ? WagiVariables.Create(http, target, component, headers) : component.Environment,
            Arguments = isWagi ? WagiVariables.ArgumentsOf(http, target) : WagiVariables.NoArguments,
            Files = component.Files,
            Limits = component.Limits,
            Response = invocation.Response,
            Log = invocation.Log,
            Outbound = invocation.Outbound,
            Capabilities = invocation.Capabilities,
            Permit = invocation,
            Trace = invocation.Calls,
            Memory = memory,
            MeasureCpu = true,
            Aborted = http.RequestAborted,
        };
    }

    /// <summary>Path and query as the client sent them.</summary>
    public static string RawTarget(HttpContext http)
    {
        var raw = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return raw is ['/', ..] ? raw : http.Request.PathBase.Add(http.Request.Path).ToUriComponent() + http.Request.QueryString.ToUriComponent();
    }

    /// <summary>The client's address for people and guests: IPv4 as such, though it came over a dual-stack socket.</summary>
    public static string AddressOf(IPAddress? address) =>
        address is null ? "" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private static bool HasBody(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? http.Request.ContentLength is not (null or 0);

    private static List<HeaderField> HeadersOf(HttpContext http, InvocationTarget target)
    {
        var headers = new List<HeaderField>(http.Request.Headers.Count + target.SpinHeaders.Count);
        AddFields(headers, http.Request.Headers);
        for (var i = 0; i < target.SpinHeaders.Count; i++)
        {
            headers.Add(new HeaderField(target.SpinHeaders[i].Key, target.SpinHeaders[i].Value));
        }

        return headers;
    }

    private static List<HeaderField> TrailersOf(HttpContext http)
    {
        var trailers = new List<HeaderField>();
        if (http.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } feature)
        {
            AddFields(trailers, feature.Trailers);
        }

        return trailers;
    }

    private static void AddFields(List<HeaderField> fields, IHeaderDictionary source)
    {
        foreach (var (name, values) in source)
        {
            if (FieldNames.IsKeptFromGuest(name))
            {
                continue;
            }

            var lower = FieldNames.Lower(name);
            for (var i = 0; i < values.Count; i++)
            {
                fields.Add(new HeaderField(lower, values[i] ?? ""));
            }
        }
    }
}
