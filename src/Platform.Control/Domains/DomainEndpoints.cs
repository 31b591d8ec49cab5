using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Errors;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Snapshots;

namespace Platform.Control.Domains;

/// <summary><c>/v1/tenants/{t}/apps/{a}/domains</c>.</summary>
internal static class DomainEndpoints
{
    private const string Domains = "/tenants/{tenant}/apps/{app}/domains";
    private const string Domain = Domains + "/{name}";

    public static void MapDomains(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(Domains, CreateAsync).RequireAccess(AccessLevel.Developer).WithIdempotency()
            .WithName("CreateDomain").WithSummary("Claim a domain for an app; the answer says how to prove it")
            .HasETag()
            .Refuses(
                Problem.Conflict("The app has the domain 'shop.example.com' already."),
                Problem.Refused(ApiProblemTypes.DomainRefused, "Domain refused", "Wildcards can't be claimed: claim each name."));
        v1.MapGet(Domains, ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListDomains").WithSummary("List an app's domains");
        v1.MapGet(Domain, GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetDomain").WithSummary("Get a domain: how it stands, how to prove it, its certificate")
            .HasETag();
        v1.MapPost(Domain + "/verify", VerifyAsync).RequireAccess(AccessLevel.Developer).WithIdempotency()
            .WithName("VerifyDomain").WithSummary("Look for a domain's proof now; found, the app answers on it")
            .HasETag()
            .Refuses(
                Problem.Conflict("'shop.example.com' is verified for another app. Delete it there; of an app that was deleted it is freed some days later."),
                Problem.Refused(ApiProblemTypes.DomainNotProven, "Domain not proven", "The proof isn't there: _platform-challenge.shop.example.com has no such TXT record; http://shop.example.com/.well-known/platform-challenge answers 404."),
                Problem.DomainCheckedJustNow);
        v1.MapDelete(Domain, DeleteAsync).RequireAccess(AccessLevel.Developer)
            .WithName("DeleteDomain").WithSummary("Give a domain up; the name is free at once")
            .Refuses(Problem.PreconditionFailed);
        v1.MapPut(Domain + "/certificate", PutCertificateAsync).RequireAccess(AccessLevel.Developer)
            .WithName("PutDomainCertificate").WithSummary("Set the certificate that is served for a domain")
            .HasETag()
            .Refuses(
                Problem.PreconditionFailed,
                Problem.Refused(ApiProblemTypes.CertificateRefused, "Certificate refused", "It is for www.example.com, not for shop.example.com."));
        v1.MapDelete(Domain + "/certificate", DeleteCertificateAsync).RequireAccess(AccessLevel.Developer)
            .WithName("DeleteDomainCertificate").WithSummary("Remove a domain's certificate; the operator's is served")
            .Refuses(Problem.PreconditionFailed);
    }

    private static async Task<Results<Created<DomainResource>, ProblemHttpResult>> CreateAsync(
        TenantAccess access,
        string app,
        CreateDomainRequest body,
        RequestEffect effect,
        HttpContext http,
        DomainNames names,
        DomainStore store,
        SnapshotStore snapshots,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (body.Name.StartsWith("*.", StringComparison.Ordinal))
        {
            return Refused("Wildcards can't be claimed: claim each name.");
        }

        if (DomainNames.Normalize(body.Name) is not { } name)
        {
            return Refused("The name must be a domain name: labels of letters, digits and inner hyphens with dots between them, such as www.example.com.");
        }

        if (names.Refusal(name) is { } refusal)
        {
            return Refused(refusal);
        }

        var token = "platform-" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        var (change, made) = await store.CreateAsync(access.Tenant, app, name, token, access.Actor, effect.Answering<DomainRow>(Created), cancellationToken);
        if (made is null)
        {
            return Answer(change, name);
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        Revisioned.SetETag(http, made.Revision);
        return Created(made);

        Created<DomainResource> Created(DomainRow row) =>
            TypedResults.Created($"/v1/tenants/{access.Tenant.Name}/apps/{app}/domains/{name}", ToResource(row, time));
    }

    private static async Task<Results<Ok<Page<DomainResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access,
        string app,
        [AsParameters] PageQuery query,
        AppStore apps,
        DomainStore store,
        Cursors cursors,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } found)
        {
            return Problem.NotFound;
        }

        var page = cursors.Read(query, $"{access.Tenant.Id}/apps/{found.Id}/domains");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, app, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, row => ToResource(row, time)));
    }

    private static async Task<Results<Ok<DomainResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, string name, HttpContext http, DomainStore store, TimeProvider time, CancellationToken cancellationToken) =>
        await FindAsync(access, app, name, store, cancellationToken) is { } row ? TypedResults.Ok(ToResource(row, http, time)) : Problem.NotFound;

    private static async Task<Results<Ok<DomainResource>, ProblemHttpResult>> VerifyAsync(
        TenantAccess access,
        string app,
        string name,
        RequestEffect effect,
        HttpContext http,
        DomainStore store,
        DomainChecker checker,
        SnapshotStore snapshots,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(access, app, name, store, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        if (!await store.TryBeginCheckAsync(access.Tenant, row, cancellationToken))
        {
            RetryAfter.Set(http, DomainStore.CheckInterval);
            return Problem.DomainCheckedJustNow;
        }

        var check = await checker.CheckAsync(row.Name, row.Token, cancellationToken);
        if (check.Method is not { } method)
        {
            await store.NoteFailureAsync(access.Tenant, row, check.Failure!, cancellationToken);
            return Problem.Refused(ApiProblemTypes.DomainNotProven, "Domain not proven", $"The proof isn't there: {check.Failure}");
        }

        var record = effect.Answering<DomainRow>(changed => TypedResults.Ok(ToResource(changed, time)));
        var (change, verified) = await store.VerifyAsync(access.Tenant, app, row, method, access.Actor, record, cancellationToken);
        if (verified is null)
        {
            return Answer(change, row.Name);
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.Ok(ToResource(verified, http, time));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, string app, string name, HttpContext http, DomainStore store, SnapshotStore snapshots, CancellationToken cancellationToken)
    {
        var change = DomainNames.Normalize(name) is { } normal
            ? await store.DeleteAsync(access.Tenant, app, normal, Revisioned.ReadIfMatch(http), access.Actor, cancellationToken)
            : DomainChange.NotFound;
        if (change != DomainChange.Done)
        {
            return Answer(change, name);
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<DomainResource>, ProblemHttpResult>> PutCertificateAsync(
        TenantAccess access,
        string app,
        string name,
        PutCertificateRequest body,
        HttpContext http,
        DomainStore store,
        DomainKeys keys,
        SnapshotStore snapshots,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(access, app, name, store, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        StoredCertificate certificate;
        try
        {
            var (chain, key, sha256) = DomainCertificates.Check(body.Certificate, body.Key, row.Name, time.GetUtcNow());
            certificate = new StoredCertificate(chain, keys.Protect(key), sha256);
        }
        catch (CryptographicException e)
        {
            return Problem.Refused(ApiProblemTypes.CertificateRefused, "Certificate refused", e.Message);
        }

        var change = await store.SetCertificateAsync(access.Tenant, app, row.Name, certificate, Revisioned.ReadIfMatch(http), access.Actor, cancellationToken);
        if (change != DomainChange.Done || await FindAsync(access, app, name, store, cancellationToken) is not { } changed)
        {
            return Answer(change, row.Name);
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.Ok(ToResource(changed, http, time));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteCertificateAsync(
        TenantAccess access, string app, string name, HttpContext http, DomainStore store, SnapshotStore snapshots, CancellationToken cancellationToken)
    {
        var change = DomainNames.Normalize(name) is { } normal
            ? await store.SetCertificateAsync(access.Tenant, app, normal, null, Revisioned.ReadIfMatch(http), access.Actor, cancellationToken)
            : DomainChange.NotFound;
        if (change != DomainChange.Done)
        {
            return Answer(change, name);
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<DomainRow?> FindAsync(TenantAccess access, string app, string name, DomainStore store, CancellationToken cancellationToken) =>
        DomainNames.Normalize(name) is { } normal ? await store.FindAsync(access.Tenant, app, normal, cancellationToken) : null;

    private static ProblemHttpResult Answer(DomainChange change, string name) => change switch
    {
        DomainChange.Exists => Problem.Conflict($"The app has the domain '{name}' already."),
        DomainChange.TooMany => Problem.Conflict($"The app has {DomainStore.MaxPerApp} domains, as many as it may; delete one."),
        DomainChange.Taken => Problem.Conflict($"'{name}' is verified for another app. Delete it there; of an app that was deleted it is freed some days later."),
        DomainChange.Stale => Problem.PreconditionFailed,
        _ => Problem.NotFound,
    };

    private static ProblemHttpResult Refused(string detail) => Problem.Refused(ApiProblemTypes.DomainRefused, "Domain refused", detail);

    private static DomainResource ToResource(DomainRow row, HttpContext http, TimeProvider time)
    {
        Revisioned.SetETag(http, row.Revision);
        return ToResource(row, time);
    }

    private static DomainResource ToResource(DomainRow row, TimeProvider time) => new(
        row.Name,
        row.VerifiedAt is null ? DomainState.Pending : DomainState.Verified,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        new DomainProof(
            new DnsProof(DomainChecker.RecordName(row.Name), "TXT", row.Token), new HttpProof(DomainChecker.Url(row.Name).AbsoluteUri, row.Token)),
        Time(row.VerifiedAt),
        row.Method,
        Time(row.CheckedAt),
        (int)row.FailedDays,
        row.Failure,
        row.Certificate is null ? null : DomainCertificates.Describe(row.Certificate, time.GetUtcNow()));

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
