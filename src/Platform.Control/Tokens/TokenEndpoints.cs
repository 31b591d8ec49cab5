using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Idempotency;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.Tokens;

/// <summary><c>/v1/tenants/{t}/tokens</c>.</summary>
internal static class TokenEndpoints
{
    private const int MaxNameLength = 64;

    public static void MapTokens(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/tenants/{tenant}/tokens", CreateAsync).RequireAccess(AccessLevel.Owner).WithIdempotency()
            .WithName("CreateToken").WithSummary("Create an API token; the answer alone holds it");
        v1.MapGet("/tenants/{tenant}/tokens", ListAsync).RequireAccess(AccessLevel.Owner)
            .WithName("ListTokens").WithSummary("List a tenant's API tokens, without their secrets");
        v1.MapGet("/tenants/{tenant}/tokens/{id}", GetAsync).RequireAccess(AccessLevel.Owner)
            .WithName("GetToken").WithSummary("Get an API token, without its secret");
        v1.MapDelete("/tenants/{tenant}/tokens/{id}", DeleteAsync).RequireAccess(AccessLevel.Owner)
            .WithName("DeleteToken").WithSummary("Revoke an API token at once");
    }

    private static async Task<Results<Created<CreatedTokenResource>, ProblemHttpResult>> CreateAsync(
        TenantAccess access, CreateTokenRequest body, RequestEffect effect, TokenStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (body.Name.Length is 0 or > MaxNameLength || body.Name.Any(char.IsControl))
        {
            return Problem.Invalid($"The token's name must be 1 to {MaxNameLength} characters without control characters.");
        }

        if (body.Expires is { } expires && expires <= time.GetUtcNow())
        {
            return Problem.Invalid("The time in 'expires' has passed already.");
        }

        var record = effect.Answering<(TokenRow Row, string Token)>(made => Created(access, made));
        return await store.CreateAsync(access.Tenant, body.Name, body.Role, body.Expires, access.Actor, record, cancellationToken) is { } created
            ? Created(access, created)
            : Problem.NotFound;
    }

    private static Created<CreatedTokenResource> Created(TenantAccess access, (TokenRow Row, string Token) created)
    {
        var token = ToResource(created.Row);
        return TypedResults.Created(
            $"/v1/tenants/{access.Tenant.Name}/tokens/{token.Id}",
            new CreatedTokenResource(token.Id, token.Name, token.Role, token.Created, token.CreatedBy, token.Expires, created.Token));
    }

    private static async Task<Results<Ok<Page<TokenResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access, [AsParameters] PageQuery query, TokenStore store, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, $"{access.Tenant.Id}/tokens");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, ToResource));
    }

    private static async Task<Results<Ok<TokenResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string id, TokenStore store, CancellationToken cancellationToken)
    {
        var row = RowNumber.TryParse(id, out var number) ? await store.FindAsync(access.Tenant, number, cancellationToken) : null;
        return row is null ? Problem.NotFound : TypedResults.Ok(ToResource(row));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, string id, TokenStore store, CancellationToken cancellationToken) =>
        RowNumber.TryParse(id, out var number) && await store.DeleteAsync(access.Tenant, number, access.Actor, cancellationToken)
            ? TypedResults.NoContent()
            : Problem.NotFound;

    private static TokenResource ToResource(TokenRow row) => new(
        row.Id.ToString(CultureInfo.InvariantCulture),
        row.Name,
        TokenRoles.ToApi(row.Role),
        TokenSecret.PrefixOf(row.Lookup),
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        row.CreatedBy,
        row.ExpiresAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        row.LastUsedAt is { } used ? DateTimeOffset.FromUnixTimeMilliseconds(used) : null);
}
