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

/// <summary><c>/v1/tenants/{t}/members</c>, <c>/v1/tenants/{t}/invitations</c>.</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/members", ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListMembers").WithSummary("List a tenant's members");
        v1.MapPost("/tenants/{tenant}/members", InviteAsync).RequireAccess(AccessLevel.Owner).WithIdempotency()
            .WithName("InviteMember").WithSummary("Invite somebody by a link that works once, for 24 hours; the answer alone holds it");
        v1.MapGet("/tenants/{tenant}/members/{id}", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetMember").WithSummary("Get a member");
        v1.MapPatch("/tenants/{tenant}/members/{id}", ChangeAsync).RequireAccess(AccessLevel.Owner)
            .WithName("ChangeMember").WithSummary("Change a member's role, at once")
            .Refuses(Problem.LastOwner);
        v1.MapDelete("/tenants/{tenant}/members/{id}", RemoveAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("RemoveMember").WithSummary("Remove a member, at once: an owner anybody, everybody themselves")
            .Refuses(
                Problem.LastOwner,
                Problem.RoleTooLow(AccessLevel.Owner));
        v1.MapPost("/tenants/{tenant}/members/{id}/password-reset", ResetPasswordAsync).RequireAccess(AccessLevel.Owner).WithIdempotency()
            .WithName("ResetMemberPassword").WithSummary("Make a link that sets a member's password, for a member of no other tenant; it works once, for 24 hours")
            .Refuses(Problem.OperatorNeeded);
        v1.MapGet("/tenants/{tenant}/invitations", ListInvitationsAsync).RequireAccess(AccessLevel.Owner)
            .WithName("ListInvitations").WithSummary("List invitations that were not used yet");
        v1.MapDelete("/tenants/{tenant}/invitations/{id}", DeleteInvitationAsync).RequireAccess(AccessLevel.Owner)
            .WithName("DeleteInvitation").WithSummary("Take an invitation back");
    }

    private static async Task<Results<Ok<Page<MemberResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access, [AsParameters] PageQuery query, MemberStore store, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, $"{access.Tenant.Id}/members");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.UserId, ToResource));
    }

    private static async Task<Results<Created<CreatedInvitationResource>, ProblemHttpResult>> InviteAsync(
        TenantAccess access, InviteMemberRequest body, RequestEffect effect, HttpRequest request, InvitationStore store, Links links, CancellationToken cancellationToken)
    {
        if (Emails.Normalize(body.Email) is not { } email)
        {
            return Problem.Invalid($"'email' must be {Emails.Rule}.");
        }

        return Answer(await store.CreateAsync(access.Tenant, email, body.Role, access.Actor, effect.Answering<(InvitationRow Row, string Text)>(Answer), cancellationToken));

        Created<CreatedInvitationResource> Answer((InvitationRow Row, string Text) invitation)
        {
            var made = ToResource(invitation.Row);
            return TypedResults.Created(
                $"/v1/tenants/{access.Tenant.Name}/invitations/{made.Id}",
                new CreatedInvitationResource(
                    made.Id, made.Email, made.Role, made.Created, made.CreatedBy, made.Expires, invitation.Text, links.Join(request, invitation.Text)));
        }
    }

    private static async Task<Results<Ok<MemberResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string id, MemberStore store, CancellationToken cancellationToken) =>
        RowNumber.TryParse(id, out var user) && await store.FindAsync(access.Tenant, user, cancellationToken) is { } row
            ? TypedResults.Ok(ToResource(row))
            : Problem.NotFound;

    private static async Task<Results<Ok<MemberResource>, ProblemHttpResult>> ChangeAsync(
        TenantAccess access, string id, ChangeMemberRequest body, MemberStore store, CancellationToken cancellationToken)
    {
        if (!RowNumber.TryParse(id, out var user))
        {
            return Problem.NotFound;
        }

        if (Refusal(await store.SetRoleAsync(access.Tenant, user, body.Role, access.Actor, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        return await store.FindAsync(access.Tenant, user, cancellationToken) is { } row ? TypedResults.Ok(ToResource(row)) : Problem.NotFound;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        TenantAccess access, string id, MemberStore store, CancellationToken cancellationToken)
    {
        var isNumber = RowNumber.TryParse(id, out var user);
        if (access.Level < AccessLevel.Owner && !(isNumber && access.Caller.UserId == user))
        {
            return Problem.RoleTooLow(AccessLevel.Owner);
        }

        return !isNumber ? Problem.NotFound
            : Refusal(await store.RemoveAsync(access.Tenant, user, access.Actor, cancellationToken)) is { } refusal ? refusal
            : TypedResults.NoContent();
    }

    private static async Task<Results<Created<OneTimeLinkResource>, ProblemHttpResult>> ResetPasswordAsync(
        TenantAccess access,
        string id,
        RequestEffect effect,
        HttpRequest request,
        MemberStore members,
        PasswordResetStore store,
        Links links,
        CancellationToken cancellationToken)
    {
        if (!RowNumber.TryParse(id, out var user) || await members.FindAsync(access.Tenant, user, cancellationToken) is null)
        {
            return Problem.NotFound;
        }

        var record = effect.Answering<(string Text, DateTimeOffset Expires)>(link => links.ResetAnswer(request, link));
        return await store.CreateAsync(user, access.Caller.IsOperator ? null : access.Tenant, access.Actor, record, cancellationToken) is { } link
            ? links.ResetAnswer(request, link)
            : Problem.OperatorNeeded;
    }

    private static async Task<Results<Ok<Page<InvitationResource>>, ProblemHttpResult>> ListInvitationsAsync(
        TenantAccess access, [AsParameters] PageQuery query, InvitationStore store, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, $"{access.Tenant.Id}/invitations");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, ToResource));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteInvitationAsync(
        TenantAccess access, string id, InvitationStore store, CancellationToken cancellationToken) =>
        RowNumber.TryParse(id, out var number) && await store.DeleteAsync(access.Tenant, number, access.Actor, cancellationToken)
            ? TypedResults.NoContent()
            : Problem.NotFound;

    private static ProblemHttpResult? Refusal(MemberChange change) => change switch
    {
        MemberChange.Done => null,
        MemberChange.LastOwner => Problem.LastOwner,
        _ => Problem.NotFound,
    };

    private static MemberResource ToResource(MemberRow row) => new(
        row.UserId.ToString(CultureInfo.InvariantCulture), row.Email, row.Name, TokenRoles.ToApi(row.Role), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));

    private static InvitationResource ToResource(InvitationRow row) => new(
        row.Id.ToString(CultureInfo.InvariantCulture),
        row.Email,
        TokenRoles.ToApi(row.Role),
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        row.CreatedBy,
        DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt));
}
