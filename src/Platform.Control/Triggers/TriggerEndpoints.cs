using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Redis;
using Platform.Redis.Messages;

namespace Platform.Control.Triggers;

/// <summary><c>…/triggers</c> of an app.</summary>
internal static class TriggerEndpoints
{
    public static void MapTriggers(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/tenants/{tenant}/apps/{app}/triggers", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetTriggers").WithSummary("Get the triggers of an app's live version, with how its channels stand")
            .Refuses(Problem.RedisUnavailable);

    private static async Task<Results<Ok<TriggersResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, ISnapshotSource snapshots, PlatformRedis redis)
    {
        if (!snapshots.Current.Apps.TryGetValue(new AppKey(access.Tenant.Name, app), out var known))
        {
            return Problem.NotFound;
        }

        if (known.Live is not { } live || !known.Versions.TryGetValue(live, out var version))
        {
            return TypedResults.Ok(new TriggersResource([], []));
        }

        return TypedResults.Ok(new TriggersResource(
            [.. version.Routes.Select(static route => new HttpTriggerResource(route.Pattern, route.StaticResponse is null ? route.Component : null))],
            version.RedisTriggers.Count == 0 ? [] : await ReadAsync(version.RedisTriggers, known.Id, new TriggerBoard(redis))));
    }

    private static async Task<IReadOnlyList<RedisTriggerResource>> ReadAsync(IReadOnlyList<RedisTriggerDocument> triggers, long app, TriggerBoard board)
    {
        var states = await board.GetStatesAsync(app);
        var counts = await board.GetCountsAsync(app);
        return [.. triggers.Select(trigger =>
        {
            var key = TriggerKey.Of(trigger);
            var state = states.GetValueOrDefault(key);
            var count = counts.GetValueOrDefault(key);
            return new RedisTriggerResource(
                trigger.Channel,
                trigger.Component,
                trigger.Address is { } address ? WithoutUser(address) : null,
                state is null ? TriggerStatus.Waiting : state.IsSubscribed ? TriggerStatus.Subscribed : TriggerStatus.Connecting,
                state?.Reason,
                count.Handled,
                count.Failed,
                count.Dropped);
        })];
    }

    // Not parsed: it can be a template.
    internal static string WithoutUser(string address)
    {
        var host = address.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var at = address.LastIndexOf('@');
        return host >= "://".Length && at >= host ? address[..host] + address[(at + 1)..] : address;
    }
}
