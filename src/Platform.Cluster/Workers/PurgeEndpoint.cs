using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;

namespace Platform.Cluster.Workers;

/// <summary>Where control planes have ended what is kept of an app beside the store.</summary>
internal static class PurgeEndpoint
{
    private const string Prefix = "/app-data/";

    public static string PathOf(long app) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{app}");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapDelete(Prefix + "{app:long}", async (long app, LocalWorker worker, CancellationToken cancellationToken) =>
    {
        await worker.Purger.PurgeAsync(app, cancellationToken);
        return Results.NoContent();
    }).RequireRoles(NodeRoles.Control);
}
