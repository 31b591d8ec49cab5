using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Modules;

/// <summary><c>/v1/tenants/{t}/modules/sha256:{hex}</c>: a tenant's modules by content. What others uploaded can't be told from what nobody did.</summary>
internal static class ModuleEndpoints
{
    private const string Path = "/tenants/{tenant}/modules/sha256:{hex}";

    public static void MapModules(this IEndpointRouteBuilder v1, ControlOptions options)
    {
        v1.MapPut(Path, PutAsync).RequireAccess(AccessLevel.Developer)
            .WithMetadata(new RequestSizeLimitAttribute(options.MaxModuleBytes))
            .WithName("PutModule").WithSummary("Upload a module under its SHA-256")
            .Refuses(
                Problem.InvalidSha256,
                Problem.QuotaExceeded(new QuotaExceededException("storageBytes", 1L << 30, 1L << 30)),
                Problem.TooLarge("A module may have at most 67108864 bytes."),
                Problem.HashMismatch(new string('0', 64)));
        v1.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetModule").WithSummary("Download a module").AnswersWith("The module's bytes.", "application/wasm")
            .HasETag()
            .Refuses(Problem.InvalidSha256);
    }

    private static async Task<Results<Created<ModuleResource>, Ok<ModuleResource>, ProblemHttpResult>> PutAsync(
        TenantAccess access, string hex, HttpRequest request, BlobStore blobs, ControlOptions options, CancellationToken cancellationToken)
    {
        if (!IsSha256(hex))
        {
            return Problem.InvalidSha256;
        }

        var result = await blobs.StoreAsync(access.Tenant, request.Body, hex, options.MaxModuleBytes, cancellationToken);
        return result.Status switch
        {
            BlobStoreStatus.Stored => TypedResults.Created($"/v1/tenants/{access.Tenant.Name}/modules/sha256:{hex}", ToResource(result.Blob!)),
            BlobStoreStatus.AlreadyOwned => TypedResults.Ok(ToResource(result.Blob!)),
            BlobStoreStatus.TooLarge => Problem.TooLarge(Describe(options)),
            BlobStoreStatus.HashMismatch => Problem.HashMismatch(result.Blob!.Sha256),
            _ => throw new InvalidOperationException($"Unknown outcome {result.Status}."),
        };
    }

    private static async Task<Results<FileStreamHttpResult, Ok, ProblemHttpResult>> GetAsync(
        TenantAccess access, string hex, HttpContext context, BlobStore blobs, CancellationToken cancellationToken)
    {
        if (!IsSha256(hex))
        {
            return Problem.InvalidSha256;
        }

        var size = await blobs.FindAsync(access.Tenant, hex, cancellationToken);
        if (size is null)
        {
            return Problem.NotFound;
        }

        context.Response.ContentLength = size;
        context.Response.Headers.ETag = new EntityTagHeaderValue($"\"{hex}\"").ToString();
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = "application/wasm";
            return TypedResults.Ok();
        }

        var content = await blobs.OpenAsync(access.Tenant, hex, cancellationToken);
        return content is null ? Problem.NotFound : TypedResults.Stream(content, "application/wasm");
    }

    /// <summary>How large a module may be, for messages.</summary>
    public static string Describe(ControlOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"A module may have at most {options.MaxModuleBytes} bytes.");

    private static bool IsSha256(string hex) => hex.Length == 64 && hex.All(c => c is >= '0' and <= '9' or >= 'a' and <= 'f');

    private static ModuleResource ToResource(StoredBlob blob) => new(blob.Sha256, blob.Size);
}
