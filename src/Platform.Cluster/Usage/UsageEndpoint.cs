using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Usage;

namespace Platform.Cluster.Usage;

/// <summary>Where workers report usage.</summary>
internal static class UsageEndpoint
{
    public const string Path = "/usage";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(Path, AnswerAsync).RequireRoles(NodeRoles.Worker);

    private static async Task<IResult> AnswerAsync(HttpContext context, IUsageSink sink, CancellationToken cancellationToken)
    {
        var batch = await JsonSerializer.DeserializeAsync(context.Request.Body, ClusterJson.Default.UsageBatch, cancellationToken);
        return batch is null ? Results.BadRequest() : Results.Json(await sink.ReportAsync(batch, cancellationToken), ClusterJson.Default.UsageAnswer);
    }
}
