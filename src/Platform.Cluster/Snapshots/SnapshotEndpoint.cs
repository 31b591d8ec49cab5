using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Snapshots;

/// <summary>Where gateways and workers follow the snapshot: an answer as soon as there is something newer than what they have, 204 after a while without.</summary>
internal static class SnapshotEndpoint
{
    private const string Path = "/snapshot";

    /// <summary>How long one that waits is held.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What is asked by one that has this revision; -1 for none.</summary>
    public static string PathOf(long since) => string.Create(CultureInfo.InvariantCulture, $"{Path}?since={since}");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, AnswerAsync).RequireRoles(NodeRoles.Gateway | NodeRoles.Worker);

    private static async Task<IResult> AnswerAsync(
        HttpContext context, long since, ISnapshotFeed feed, SnapshotCodec codec, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            for (var seen = feed.Current; seen.Revision <= since; seen = feed.Current)
            {
                await feed.WaitForOtherAsync(seen, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Results.NoContent();
        }

        var roles = context.Caller().Roles;
        return Results.Json(feed.Since(since) is { } delta ? codec.Changes(delta, roles) : codec.Whole(feed.Current, roles), ClusterJson.Default.SnapshotMessage);
    }
}
