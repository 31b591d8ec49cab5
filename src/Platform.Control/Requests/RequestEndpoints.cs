using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Requests;
using Platform.Contracts.Usage;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.Logs;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.Requests;

/// <summary><c>…/apps/{a}/requests</c>: what is kept of requests and messages, whether their app has receipts on or not.</summary>
internal static class RequestEndpoints
{
    private const int MaxLines = 1000;
    private const int MaxId = 64;

    public static void MapRequests(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/apps/{app}/requests", ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListRequests").WithSummary("List an app's kept requests, newest first: all that failed, and a sample of the others").Produces<Page<RequestResource>>()
            .Refuses(Problem.Invalid(UnknownOutcome));
        v1.MapGet("/tenants/{tenant}/apps/{app}/requests/{id}", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetRequest").WithSummary("Get what is kept of a request, with its log lines").Produces<RequestDetailsResource>();
    }

    private static string UnknownOutcome => $"'outcome' must be one of {string.Join(", ", Enum.GetValues<UsageOutcome>().Select(UsageOutcomes.Format))}.";

    private static async Task<IResult> ListAsync(
        TenantAccess access, string app, [AsParameters] RequestFilter filter, [AsParameters] PageQuery query, AppStore apps, RequestStore store, Cursors cursors, CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        if (filter.Outcome is { } outcome && UsageOutcomes.Parse(outcome) is null)
        {
            return Problem.Invalid(UnknownOutcome);
        }

        var page = cursors.Read(query, $"{access.Tenant.Id}/apps/{row.Id}/requests");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, row.Id, filter, page.After ?? long.MaxValue, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, static request => request.Id, static request => new RequestResource(
            request.RequestId, At(request), request.Method, request.Path, (int)request.Version, request.Component, (int?)request.Status, request.Outcome, request.WallUs, ReceiptOf(request))));
    }

    private static async Task<IResult> GetAsync(TenantAccess access, string app, string id, AppStore apps, RequestStore store, LogStore logs, CancellationToken cancellationToken)
    {
        if (!IsId(id)
            || await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } row
            || await store.FindAsync(access.Tenant, row.Id, id, cancellationToken) is not { } request)
        {
            return Problem.NotFound;
        }

        var lines = await logs.ReadOfRequestAsync(access.Tenant, row.Id, id, MaxLines, cancellationToken);
        return TypedResults.Ok(new RequestDetailsResource(
            request.RequestId,
            At(request),
            request.Method,
            request.Path,
            (int)request.Version,
            request.Component,
            (int?)request.Status,
            request.Outcome,
            request.WallUs,
            ReceiptOf(request),
            request.Route,
            request.Trap,
            request.TraceId,
            JsonSerializer.Deserialize<List<RequestSpan>>(request.Spans, JsonSerializerOptions.Web)!,
            (int)request.SpansLeftOut,
            [.. lines.Select(LogEndpoints.ToResource)]));
    }

    // No other text goes to the database, which doesn't take all of them.
    private static bool IsId(string id) => id.Length <= MaxId && id.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static DateTimeOffset At(RequestRow request) => DateTimeOffset.FromUnixTimeMilliseconds(request.Time);

    private static RequestReceipt? ReceiptOf(RequestRow request) =>
        request.Receipt is { } receipt ? JsonSerializer.Deserialize<RequestReceipt>(receipt, JsonSerializerOptions.Web) : null;
}
