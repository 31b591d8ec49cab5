using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Data;

namespace Platform.Control.Tokens;

/// <summary><c>/v1/operator-token</c>.</summary>
internal static class OperatorTokenEndpoints
{
    public static void MapOperatorToken(this IEndpointRouteBuilder v1) =>
        v1.MapPost("/operator-token/rotate", RotateAsync).RequireAccess(AccessLevel.Operator)
            .WithName("RotateOperatorToken").WithSummary("Make a new operator's token; the one before, and its sessions, stop working at once")
            .Refuses(Problem.Conflict("The operator's token comes from Platform:OperatorTokenFile: change it there."));

    private static async Task<Results<Created<OperatorTokenResource>, ProblemHttpResult>> RotateAsync(
        CallerAccess access, HttpContext http, IOperatorToken token, Database database, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (!token.CanRotate)
        {
            return Problem.Conflict("The operator's token is a mounted secret (Platform:OperatorTokenFile): change it where it is mounted from.");
        }

        // Recorded first: a token that was changed without a trace would be worse than a trace of a change that failed, which the next entry shows.
        await database.WriteAsync(
            async connection =>
            {
                await audit.RecordAsync(connection, access.Actor, null, "operator-token.rotate", "operator-token");
                return 0;
            },
            cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new OperatorTokenResource(token.Rotate()));
    }
}
