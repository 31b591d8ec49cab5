using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.Variables;

/// <summary><c>…/secrets</c> of an app: variables whose values go in and never out.</summary>
internal static class SecretEndpoints
{
    private const string List = "/tenants/{tenant}/apps/{app}/secrets";
    private const string Item = List + "/{name}";

    public static void MapSecrets(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(List, ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListSecrets").WithSummary("List the names of an app's secrets");
        v1.MapPut(Item, SetAsync).RequireAccess(AccessLevel.Developer)
            .WithName("SetSecret").WithSummary("Set a secret of an app, whose next requests see it; makes the app if need be, and a variable of that name a secret")
            .HasETag()
            .Refuses(
                ValueWriter.InvalidName,
                Problem.AppDeleted("hello"),
                Samples.AppsQuotaExceeded,
                Problem.OwnersValue("api_host"),
                Problem.PreconditionFailed,
                Problem.TooManyVariables);
        v1.MapDelete(Item, DeleteAsync).RequireAccess(AccessLevel.Developer)
            .WithName("DeleteSecret").WithSummary("Delete a secret of an app, so that the manifest's default is in force again")
            .Refuses(
                ValueWriter.InvalidName,
                Problem.Conflict("The live version's manifest requires the variable 'api_key'. Set another value, or deploy a version that doesn't require it before this one is deleted."),
                Problem.OwnersValue("api_host"),
                Problem.PreconditionFailed);
    }

    private static async Task<Results<Ok<Page<SecretResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access, string app, [AsParameters] PageQuery query, AppStore apps, ValueStore values, Cursors cursors, CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } known)
        {
            return Problem.NotFound;
        }

        var page = cursors.Read(query, $"{access.Tenant.Id}/apps/{known.Id}/secrets");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await values.ListAsync(access.Tenant, known.Id, ValueKinds.Secret, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, static row => row.Id, ToResource));
    }

    private static Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        TenantAccess access, string app, string name, SetValueRequest body, HttpContext http, ValueWriter writer, CancellationToken cancellationToken) =>
        writer.SetAsync(access, app, ValueKinds.Secret, name, body.Value, http, cancellationToken);

    private static Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, string app, string name, HttpContext http, ValueWriter writer, CancellationToken cancellationToken) =>
        writer.DeleteAsync(access, app, ValueKinds.Secret, name, http, cancellationToken);

    private static SecretResource ToResource(ValueRow row) => new(row.Name, DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedAt), row.UpdatedBy);
}
