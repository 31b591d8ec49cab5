using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.Logs;

/// <summary>
/// <c>GET …/apps/{a}/logs</c>: pages, newest first; with <c>?follow=true</c> server-sent events (WHATWG HTML section 9.2), oldest first, without end. A follower reads from the store, at its own pace, so that nobody waits for it; one that
/// falls too far behind goes on at the newest lines. An event <c>dropped</c> says how many lines it misses: those it skipped, and those that were lost on their way to the store.
/// </summary>
internal sealed class LogEndpoints(
    AppStore apps, AccessCheck check, LogStore store, LogSignals signals, Cursors cursors, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int ReadAtOnce = 200;

    // Half a second of a flood of 10,000 lines a second.
    private const int MostBehind = 5000;

    // Finds lines that another process stored, keeps proxies from closing a quiet connection, and bounds how long a revoked token still reads.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/tenants/{tenant}/apps/{app}/logs", HandleAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetLogs").WithSummary("Read an app's log, newest line first, or follow it as server-sent events")
            .Refuses(Problem.Invalid(LogFilter.UnknownLevel))
            .Produces<Page<LogLineResource>>().AnswersWith("A page of lines; with ?follow=true a stream of events, a line each.", "text/event-stream");

    private static Task<IResult> HandleAsync(
        TenantAccess access,
        string app,
        bool? follow,
        [AsParameters] LogFilter filter,
        [AsParameters] PageQuery query,
        HttpRequest request,
        LogEndpoints endpoint,
        CancellationToken cancellationToken) => endpoint.GetAsync(access, app, follow ?? false, filter, query, request, cancellationToken);

    private async Task<IResult> GetAsync(
        TenantAccess access, string app, bool follow, LogFilter filter, PageQuery query, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        var page = cursors.Read(query, $"{access.Tenant.Id}/apps/{row.Id}/logs");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        if (filter.Refusal is { } refusal)
        {
            return Problem.Invalid(refusal);
        }

        if (!follow)
        {
            var rows = await store.ReadBackAsync(access.Tenant, row.Id, filter, page.After ?? long.MaxValue, page.Limit + 1, cancellationToken);
            return TypedResults.Ok(cursors.ToPage(rows, page, line => line.Id, ToResource));
        }

        long? last = long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        return TypedResults.ServerSentEvents(FollowAsync(access, row, filter, last, page.Limit, cancellationToken));
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(
        TenantAccess access, AppRow app, LogFilter filter, long? last, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);

        // The head of the response goes out with the first event.
        yield return new SseItem<string>("", "ping");
        var next = signals.Next(app.Id);
        var dropped = signals.DroppedOf(app.Id);
        var newest = await store.LastAsync(access.Tenant, app.Id, cancellationToken);
        var lines = last is { } after
            ? await store.ReadOnAsync(access.Tenant, app.Id, filter, after, ReadAtOnce, cancellationToken)
            : Enumerable.Reverse(await store.ReadBackAsync(access.Tenant, app.Id, filter, long.MaxValue, limit, cancellationToken)).ToList();
        var position = last ?? newest;
        while (true)
        {
            foreach (var line in lines)
            {
                position = Math.Max(position, line.Id);
                yield return new SseItem<string>(JsonSerializer.Serialize(ToResource(line), JsonSerializerOptions.Web))
                {
                    EventId = line.Id.ToString(CultureInfo.InvariantCulture),
                };
            }

            if (signals.DroppedOf(app.Id) is var now && now > dropped)
            {
                yield return Dropped(now - dropped);
                dropped = now;
            }

            if (lines.Count < ReadAtOnce)
            {
                // What the filter left out isn't looked at again.
                position = Math.Max(position, newest);
                Task woken = next.WaitAsync(PingInterval, time, ended.Token);
                await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (ended.IsCancellationRequested)
                {
                    yield break;
                }

                if (!woken.IsCompletedSuccessfully)
                {
                    if (!await MayGoOnAsync(access, app, ended.Token))
                    {
                        yield break;
                    }

                    yield return new SseItem<string>("", "ping");
                }
            }
            else if (await store.FindSkipAsync(access.Tenant, app.Id, position, MostBehind, ReadAtOnce, cancellationToken) is { } skip)
            {
                position = skip.Position;
                yield return Dropped(skip.Lines);
            }

            next = signals.Next(app.Id);
            newest = filter.IsEmpty ? 0 : await store.LastAsync(access.Tenant, app.Id, cancellationToken);
            lines = await store.ReadOnAsync(access.Tenant, app.Id, filter, position, ReadAtOnce, cancellationToken);
        }
    }

    private static SseItem<string> Dropped(long lines) => new(JsonSerializer.Serialize(new { lines }, JsonSerializerOptions.Web), "dropped");

    private async Task<bool> MayGoOnAsync(TenantAccess access, AppRow app, CancellationToken cancellationToken) =>
        await check.IsValidAsync(access, cancellationToken)
        && (await apps.FindAsync(access.Tenant, app.Name, cancellationToken))?.Id == app.Id;

    internal static LogLineResource ToResource(LogRow row) => new(
        row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.Time), (int)row.Version, row.Component, row.RequestId, row.Stream, row.Text);
}
