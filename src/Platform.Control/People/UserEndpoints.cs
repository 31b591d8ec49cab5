using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.People;

/// <summary><c>/v1/users</c>: the operator's.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/users", ListAsync).RequireAccess(AccessLevel.Operator)
            .WithName("ListUsers").WithSummary("List the installation's users");
        v1.MapDelete("/users/{id}", DeleteAsync).RequireAccess(AccessLevel.Operator)
            .WithName("DeleteUser").WithSummary("Delete a user with all memberships and sessions")
            .Refuses(
                Problem.NotFound,
                Problem.LastOwner);
        v1.MapPost("/users/{id}/password-reset", ResetPasswordAsync).RequireAccess(AccessLevel.Operator).WithIdempotency()
            .WithName("ResetUserPassword").WithSummary("Make a link that sets a user's password; it works once, for 24 hours")
            .Refuses(Problem.NotFound);
    }

    private static async Task<Results<Ok<Page<UserResource>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, UserStore store, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, "users");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, row => new UserResource(
            row.Id.ToString(CultureInfo.InvariantCulture), row.Email, row.Name, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt))));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        CallerAccess access, string id, UserStore store, CancellationToken cancellationToken) =>
        !RowNumber.TryParse(id, out var number) ? Problem.NotFound
        : await store.DeleteAsync(number, access.Actor, cancellationToken) switch
        {
            true => TypedResults.NoContent(),
            false => Problem.NotFound,
            null => Problem.LastOwner,
        };

    private static async Task<Results<Created<OneTimeLinkResource>, ProblemHttpResult>> ResetPasswordAsync(
        CallerAccess access, string id, RequestEffect effect, HttpRequest request, UserStore users, PasswordResetStore store, Links links, CancellationToken cancellationToken)
    {
        var record = effect.Answering<(string Text, DateTimeOffset Expires)>(link => links.ResetAnswer(request, link));
        return RowNumber.TryParse(id, out var number)
            && await users.FindAsync(number, cancellationToken) is not null
            && await store.CreateAsync(number, null, access.Actor, record, cancellationToken) is { } link
            ? links.ResetAnswer(request, link)
            : Problem.NotFound;
    }
}
