using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;

namespace Platform.Cluster.Workers;

/// <summary>Where control planes have modules compiled.</summary>
internal static class PrepareEndpoint
{
    public const string Path = "/prepare";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(Path, AnswerAsync).RequireRoles(NodeRoles.Control);

    private static async Task<IResult> AnswerAsync(HttpContext context, LocalWorker worker, CancellationToken cancellationToken)
    {
        var request = await JsonSerializer.DeserializeAsync(context.Request.Body, ClusterJson.Default.PrepareRequest, cancellationToken);
        return request is null
            ? Results.BadRequest()
            : Results.Json(await worker.Preparer.PrepareAsync(request.Tenant, request.Sha256, cancellationToken), ClusterJson.Default.PrepareResult);
    }
}
