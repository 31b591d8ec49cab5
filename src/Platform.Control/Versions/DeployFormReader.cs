using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Platform.Contracts.Manifests;
using Platform.Control.Modules;
using Platform.Control.Problems;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Versions;

/// <summary>
/// Reads a deploy's multipart body (RFC 7578) as a stream: each part goes into the blob store as it comes. Parts of a deploy that is refused later stay
/// owned by the tenant, as if uploaded by themselves, and are found again when it is tried again.
/// </summary>
internal sealed class DeployFormReader(BlobStore blobs, ArchiveReader archives, ControlOptions options)
{
    private const int MaxManifestBytes = 256 << 10;

    // A character of UTF-16 has at most three bytes of UTF-8.
    private const int MaxMessageBytes = 3 * DeployMessage.MaxLength;

    /// <summary>Reads all parts. Exactly one of the results is null.</summary>
    public async Task<(DeployForm? Form, ProblemHttpResult? Refusal)> ReadAsync(
        TenantScope tenant, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!TryGetBoundary(request, out var boundary))
        {
            return (null, Problem.FromStatus(415, "Send 'Content-Type: multipart/form-data' with the part 'module', or 'manifest' and its files."));
        }

        try
        {
            return await ReadAsync(tenant, new MultipartReader(boundary, request.Body), cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException && !cancellationToken.IsCancellationRequested))
        {
            return (null, Problem.Invalid("The multipart body is malformed or ends before its last boundary."));
        }
    }

    private async Task<(DeployForm?, ProblemHttpResult?)> ReadAsync(TenantScope tenant, MultipartReader reader, CancellationToken cancellationToken)
    {
        var form = new DeployForm();
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            var name = section.GetContentDispositionHeader()?.Name.Value;
            var refusal = name switch
            {
                "manifest" => await ReadManifestAsync(form, section.Body, cancellationToken),
                "message" => await ReadMessageAsync(form, section.Body, cancellationToken),
                "archive" => await archives.ReadAsync(form, tenant, section.Body, cancellationToken),
                _ => await ReadPartAsync(form, HeaderUtilities.RemoveQuotes(name).Value, tenant, section.Body, cancellationToken),
            };
            if (refusal is not null)
            {
                return (null, refusal);
            }
        }

        if (form.Manifest is null && form.Archived.Contains(ArchiveReader.ManifestPath))
        {
            await using var manifest = await blobs.OpenAsync(tenant, form.Parts[ArchiveReader.ManifestPath].Sha256, cancellationToken)
                ?? throw new InvalidOperationException("what was stored a moment ago is gone");
            if (await ReadManifestAsync(form, manifest, cancellationToken) is { } refusal)
            {
                return (null, refusal);
            }
        }

        return form.Manifest is null && !form.Parts.ContainsKey("module")
            ? (null, Problem.Invalid("Send the part 'module' with a .wasm file, or the part 'manifest' with a spin.toml and its files; or both in one part 'archive', a tar.gz or zip."))
            : (form, null);
    }

    private static async Task<ProblemHttpResult?> ReadManifestAsync(DeployForm form, Stream body, CancellationToken cancellationToken)
    {
        var (text, refusal) = await ReadTextAsync("manifest", body, MaxManifestBytes, form.Manifest, cancellationToken);
        form.Manifest = text;
        return refusal;
    }

    private static async Task<ProblemHttpResult?> ReadMessageAsync(DeployForm form, Stream body, CancellationToken cancellationToken)
    {
        var (text, refusal) = await ReadTextAsync("message", body, MaxMessageBytes, form.Message, cancellationToken);

        // Forms of browsers end lines with CR and LF (RFC 7578 section 4.6 on text).
        form.Message = text?.ReplaceLineEndings("\n");
        return refusal ?? (DeployMessage.Check(form.Message!) is { } wrong ? Problem.Invalid(wrong) : null);
    }

    // Exactly one of the results is null.
    private static async Task<(string? Text, ProblemHttpResult? Refusal)> ReadTextAsync(
        string part, Stream body, int maxBytes, string? before, CancellationToken cancellationToken)
    {
        var buffer = new byte[maxBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (read > maxBytes)
        {
            return (null, Problem.TooLarge($"The part '{part}' may have at most {maxBytes} bytes."));
        }

        if (before is not null)
        {
            return (null, Problem.Invalid($"The part '{part}' came twice."));
        }

        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, read), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, Problem.Invalid($"The part '{part}' is not UTF-8."));
        }
    }

    private async Task<ProblemHttpResult?> ReadPartAsync(
        DeployForm form, string? name, TenantScope tenant, Stream body, CancellationToken cancellationToken)
    {
        if (name is null || RelativePath.Normalize(name) is not { } path)
        {
            return Problem.Invalid("Each part's name must be 'module', 'manifest', 'archive', 'message', or a relative path with '/' between names, without '..'.");
        }

        // Modules are few beside files, so the one count bounds both.
        if (form.Parts.Count >= options.MaxFiles)
        {
            return Problem.TooLarge($"A version may have at most {options.MaxFiles} files.");
        }

        var result = await blobs.StoreAsync(tenant, body, null, options.MaxModuleBytes, cancellationToken);
        return result.Blob is null ? Problem.TooLarge($"The part '{path}' is too large. {ModuleEndpoints.Describe(options)}")
            : form.TryAdd(path, result.Blob, isArchived: false) ? null
            : Problem.Invalid($"The part '{path}' came twice.");
    }

    private static bool TryGetBoundary(HttpRequest request, [NotNullWhen(true)] out string? boundary)
    {
        boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        return boundary is { Length: > 0 and <= 70 };
    }
}
