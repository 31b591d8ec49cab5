using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Logs;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Logs;

/// <summary>Where workers hand over log lines and kept requests.</summary>
internal static class LogEndpoint
{
    public const string Path = "/logs";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(Path, AnswerAsync).RequireRoles(NodeRoles.Worker);

    private static async Task<IResult> AnswerAsync(
        HttpContext context, IAppLogSink sink, IRequestSink requests, ILostLines lost, SeenLogBatches seen, CancellationToken cancellationToken)
    {
        if (await JsonSerializer.DeserializeAsync(context.Request.Body, ClusterJson.Default.LogBatch, cancellationToken) is not { } batch)
        {
            return Results.BadRequest();
        }

        if (seen.IsNew(batch.Node, batch.Sequence))
        {
            sink.Write(batch.Records);
            foreach (var request in batch.Requests ?? [])
            {
                requests.Write(request);
            }

            foreach (var dropped in batch.Dropped ?? [])
            {
                lost.Lost(new AppKey(dropped.Tenant, dropped.App), dropped.Lines);
            }
        }

        return Results.NoContent();
    }
}
