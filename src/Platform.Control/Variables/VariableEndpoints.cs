using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Variables;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Preconditions;
using Platform.Control.Problems;

namespace Platform.Control.Variables;

/// <summary><c>…/variables</c> of an app.</summary>
internal static class VariableEndpoints
{
    private const string List = "/tenants/{tenant}/apps/{app}/variables";
    private const string Item = List + "/{name}";

    public static void MapVariables(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(List, ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListVariables").WithSummary("List an app's variables with their values");
        v1.MapGet(Item, GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetVariable").WithSummary("Get a variable of an app")
            .HasETag()
            .Refuses(ValueWriter.InvalidName);
        v1.MapPut(Item, SetAsync).RequireAccess(AccessLevel.Developer)
            .WithName("SetVariable").WithSummary("Set a variable of an app, whose next requests see it; makes the app if need be")
            .HasETag()
            .Refuses(
                ValueWriter.InvalidName,
                Problem.Conflict("There is a secret 'greeting', and a variable of that name would be readable. Set the secret, or delete it first."),
                Problem.AppDeleted("hello"),
                Samples.AppsQuotaExceeded,
                Problem.OwnersValue("api_host"),
                Problem.PreconditionFailed,
                Samples.SecretExpected,
                Problem.TooManyVariables);
        v1.MapDelete(Item, DeleteAsync).RequireAccess(AccessLevel.Developer)
            .WithName("DeleteVariable").WithSummary("Delete a variable of an app, so that the manifest's default is in force again")
            .Refuses(
                ValueWriter.InvalidName,
                Problem.Conflict("The live version's manifest requires the variable 'greeting'. Set another value, or deploy a version that doesn't require it before this one is deleted."),
                Problem.OwnersValue("api_host"),
                Problem.PreconditionFailed);
    }

    private static async Task<Results<Ok<Page<VariableResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access, string app, [AsParameters] PageQuery query, AppStore apps, ValueStore values, Cursors cursors, CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } known)
        {
            return Problem.NotFound;
        }

        var page = cursors.Read(query, $"{access.Tenant.Id}/apps/{known.Id}/variables");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await values.ListAsync(access.Tenant, known.Id, ValueKinds.Variable, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, static row => row.Id, row => ToResource(row, values)));
    }

    private static async Task<Results<Ok<VariableResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, string name, HttpContext http, ValueStore values, CancellationToken cancellationToken)
    {
        if (!Template.IsName(name))
        {
            return ValueWriter.InvalidName;
        }

        if (await values.FindAsync(access.Tenant, app, ValueKinds.Variable, name, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        Revisioned.SetETag(http, row.Revision);
        return TypedResults.Ok(ToResource(row, values));
    }

    private static Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        TenantAccess access, string app, string name, SetValueRequest body, HttpContext http, ValueWriter writer, CancellationToken cancellationToken) =>
        writer.SetAsync(access, app, ValueKinds.Variable, name, body.Value, http, cancellationToken);

    private static Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, string app, string name, HttpContext http, ValueWriter writer, CancellationToken cancellationToken) =>
        writer.DeleteAsync(access, app, ValueKinds.Variable, name, http, cancellationToken);

    private static VariableResource ToResource(ValueRow row, ValueStore values) =>
        new(row.Name, values.Read(row), DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedAt), row.UpdatedBy);
}
