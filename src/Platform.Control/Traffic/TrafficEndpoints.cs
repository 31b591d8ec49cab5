using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Snapshots;
using Platform.Control.Versions;

namespace Platform.Control.Traffic;

/// <summary><c>…/apps/{a}/traffic</c>: which versions answer on the app's host name, and with which share.</summary>
internal static class TrafficEndpoints
{
    private const string Path = "/tenants/{tenant}/apps/{app}/traffic";
    private const int MaxSplits = 10;

    public static void MapTraffic(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Path, GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetTraffic").WithSummary("Get how an app's requests are split among its versions")
            .HasETag();
        v1.MapPut(Path, PutAsync).RequireAccess(AccessLevel.Developer)
            .WithName("PutTraffic").WithSummary("Split an app's requests among its versions")
            .HasETag()
            .Refuses(
                Problem.Invalid("The percents must sum to 100; they sum to 90."),
                Problem.Conflict("Version 3 isn't ready."),
                Problem.VersionRemoved(1),
                Samples.ApprovalRequired,
                Problem.PreconditionFailed,
                Samples.ModuleRefused,
                Samples.NoWorker);
    }

    private static async Task<Results<Ok<TrafficResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, HttpContext context, TrafficStore store, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(access.Tenant, app, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        Revisioned.SetETag(context, row.Revision);
        return TypedResults.Ok(TrafficColumn.Describe(row.Traffic, row.Live));
    }

    private static async Task<Results<Ok<TrafficResource>, ProblemHttpResult>> PutAsync(
        TenantAccess access,
        string app,
        TrafficResource body,
        HttpContext context,
        TrafficStore store,
        VersionStore versions,
        Preparation preparation,
        SnapshotStore snapshots,
        CancellationToken cancellationToken)
    {
        if (Check(body) is { } wrong)
        {
            return Problem.Invalid(wrong);
        }

        if (await store.FindAsync(access.Tenant, app, cancellationToken) is null)
        {
            return Problem.NotFound;
        }

        // Their compiled code may have left the workers' caches; no request shall be the one that compiles.
        foreach (var split in body.Splits)
        {
            var version = await versions.FindAsync(access.Tenant, app, split.Version, cancellationToken);
            var refusal = version is null
                ? Problem.Conflict($"The app has no version {split.Version}.")
                : GoingLive.Check(version) ?? VersionAnswers.Refusal(await preparation.PrepareAsync(access.Tenant, version.Read(), cancellationToken), context);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        var change = await store.ChangeAsync(
            access.Tenant, app, TrafficColumn.Sort(body), Revisioned.ReadIfMatch(context), access.Actor, cancellationToken);
        switch (change.Status)
        {
            case TrafficChangeStatus.NoApp:
                return Problem.NotFound;
            case TrafficChangeStatus.OtherRevision:
                return Problem.PreconditionFailed;
            case TrafficChangeStatus.NotReady:
                return Problem.Conflict("A version of the split was removed meanwhile. Nothing was changed.");
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        Revisioned.SetETag(context, change.Row!.Revision);
        return TypedResults.Ok(TrafficColumn.Describe(change.Row.Traffic, change.Row.Live));
    }

    private static string? Check(TrafficResource traffic) =>
        traffic.Splits.Count is 0 or > MaxSplits ? $"'splits' takes 1 to {MaxSplits} versions."
        : traffic.Splits.Any(split => split is null || split.Percent is < 1 or > 100) ? "Each 'percent' is a whole number from 1 to 100; leave a version without a share out."
        : traffic.Splits.DistinctBy(split => split.Version).Count() != traffic.Splits.Count ? "A version is in 'splits' twice."
        : traffic.Splits.Sum(split => split.Percent) is var sum and not 100 ? $"The percents sum to {sum}; they must sum to 100."
        : null;
}
