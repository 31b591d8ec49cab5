using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Cluster.Security;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Http;

/// <summary>Calls of the public API that came to a gateway and by the internal listener to here.</summary>
internal static class ForwardedCalls
{
    /// <summary>Makes of one the request that the gateway got, whose answer says which revision it led to. False when it is none.</summary>
    public static bool TryRestore(HttpContext context, ISnapshotSource snapshots)
    {
        var headers = context.Request.Headers;
        if (!headers.ContainsKey(InvocationHeaders.Public) || !context.Caller().Is(NodeRoles.Gateway))
        {
            return false;
        }

        var request = context.Request;
        request.Scheme = headers[InvocationHeaders.Scheme].ToString();
        request.Host = new HostString(headers[InvocationHeaders.Host].ToString());
        context.TraceIdentifier = headers[InvocationHeaders.RequestId].ToString();
        if (IPEndPoint.TryParse(headers[InvocationHeaders.Client].ToString(), out var client))
        {
            context.Connection.RemoteIpAddress = client.Address;
            context.Connection.RemotePort = client.Port;
        }

        foreach (var name in headers.Keys.Where(static name => name.StartsWith(InvocationHeaders.Prefix, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            headers.Remove(name);
        }

        context.Response.OnStarting(() =>
        {
            context.Response.Headers[InvocationHeaders.Revision] = snapshots.Current.Revision.ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return true;
    }
}
