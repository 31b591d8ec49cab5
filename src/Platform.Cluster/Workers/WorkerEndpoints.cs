using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>Where workers say that they are there, and gateways and workers learn which there are.</summary>
internal static class WorkerEndpoints
{
    public const string BeatPath = "/workers/beat";
    public const string ListPath = "/workers";

    /// <summary>How long one that knows the list already is held.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(BeatPath, BeatAsync).RequireRoles(NodeRoles.Worker);
        endpoints.MapGet(ListPath, ListAsync).RequireRoles(NodeRoles.Gateway | NodeRoles.Worker);
    }

    /// <summary>Tells lists apart.</summary>
    public static string TagOf(ImmutableArray<WorkerInfo> workers) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes([.. workers], ClusterJson.Default.WorkerInfoArray)))[..16];

    private static async Task<IResult> BeatAsync(HttpContext context, IWorkerRegistry registry, CancellationToken cancellationToken)
    {
        if (await JsonSerializer.DeserializeAsync(context.Request.Body, ClusterJson.Default.WorkerBeat, cancellationToken) is not { } beat
            || beat.Worker.Id != context.Caller().NodeId)
        {
            return Results.BadRequest();
        }

        if (beat.IsGone)
        {
            await registry.GoneAsync(beat.Worker.Id, cancellationToken);
        }
        else
        {
            await registry.SeenAsync(beat.Worker, beat.Running, cancellationToken);
        }

        return Results.NoContent();
    }

    private static async Task<IResult> ListAsync(string? seen, IWorkerRegistry registry, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var workers = registry.Current;
        try
        {
            for (; TagOf(workers) == seen; workers = registry.Current)
            {
                await registry.WaitForOtherAsync(workers, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Results.NoContent();
        }

        return Results.Json([.. workers], ClusterJson.Default.WorkerInfoArray);
    }
}
