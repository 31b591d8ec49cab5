using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.Workers;

/// <summary><c>/v1/workers</c>: the operator's.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/workers", ListAsync).RequireAccess(AccessLevel.Operator)
            .WithName("ListWorkers").WithSummary("List the workers with their capacity and load, those that fell silent within the last hour included");

    // The list is read whole. A cursor is the last one's id: workers come and go between two pages, and no other is left out or twice for that.
    private static async Task<Results<Ok<Page<WorkerResource>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, WorkerDirectory workers, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = cursors.ReadNamed(query, "workers");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = (await workers.ListAsync(cancellationToken)).Where(one => page.After is null || string.CompareOrdinal(one.Id, page.After) > 0).Take(page.Limit + 1).ToList();
        return TypedResults.Ok(cursors.ToPage(rows, page, static one => one.Id));
    }
}
