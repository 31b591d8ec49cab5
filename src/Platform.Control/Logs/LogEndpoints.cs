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

/// <summary><c>GET …/apps/{a}/logs</c>: pages, newest first; with <c>?follow=true</c> server-sent events (WHATWG HTML section 9.2), oldest first, without end.</summary>
internal sealed class LogEndpoints(
    AppStore apps, AccessCheck check, LogStore store, LogSignals signals, Cursors cursors, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int ReadAtOnce = 200;

    // Finds lines that another process stored, keeps proxies from closing a quiet connection, and bounds how long a revoked token still reads.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/tenants/{tenant}/apps/{app}/logs", HandleAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetLogs").WithSummary("Read an app's log, newest line first, or follow it as server-sent events")
            .Produces<Page<LogLineResource>>().AnswersWith("A page of lines; with ?follow=true a stream of events, a line each.", "text/event-stream");

    private static Task<IResult> HandleAsync(
        TenantAccess access,
        string app,
        bool? follow,
        [AsParameters] PageQuery query,
        HttpRequest request,
        LogEndpoints endpoint,
        CancellationToken cancellationToken) => endpoint.GetAsync(access, app, follow ?? false, query, request, cancellationToken);

    private async Task<IResult> GetAsync(
        TenantAccess access, string app, bool follow, PageQuery query, HttpRequest request, CancellationToken cancellationToken)
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

        if (!follow)
        {
            var rows = await store.ReadBackAsync(access.Tenant, row.Id, page.After ?? long.MaxValue, page.Limit + 1, cancellationToken);
            return TypedResults.Ok(cursors.ToPage(rows, page, line => line.Id, ToResource));
        }

        long? last = long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        return TypedResults.ServerSentEvents(FollowAsync(access, row, last, page.Limit, cancellationToken));
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(
        TenantAccess access, AppRow app, long? last, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);

        // The head of the response goes out with the first event.
        yield return new SseItem<string>("", "ping");
        var next = signals.Next(app.Id);
        var lines = last is { } after
            ? await store.ReadOnAsync(access.Tenant, app.Id, after, ReadAtOnce, cancellationToken)
            : Enumerable.Reverse(await store.ReadBackAsync(access.Tenant, app.Id, long.MaxValue, limit, cancellationToken)).ToList();
        var position = last ?? 0;
        while (true)
        {
            foreach (var line in lines)
            {
                position = line.Id;
                yield return new SseItem<string>(JsonSerializer.Serialize(ToResource(line), JsonSerializerOptions.Web))
                {
                    EventId = line.Id.ToString(CultureInfo.InvariantCulture),
                };
            }

            if (lines.Count < ReadAtOnce)
            {
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

            next = signals.Next(app.Id);
            lines = await store.ReadOnAsync(access.Tenant, app.Id, position, ReadAtOnce, cancellationToken);
        }
    }

    private async Task<bool> MayGoOnAsync(TenantAccess access, AppRow app, CancellationToken cancellationToken) =>
        await check.IsValidAsync(access, cancellationToken)
        && (await apps.FindAsync(access.Tenant, app.Name, cancellationToken))?.Id == app.Id;

    private static LogLineResource ToResource(LogRow row) => new(
        row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.Time), (int)row.Version, row.Component, row.RequestId, row.Stream, row.Text);
}
