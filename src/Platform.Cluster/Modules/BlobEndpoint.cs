using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Modules;

namespace Platform.Cluster.Modules;

/// <summary>Where workers get uploaded binaries and files, from a byte on: a transfer that broke off goes on where it was.</summary>
internal static class BlobEndpoint
{
    private const string Prefix = "/blobs/";

    public static string PathOf(string sha256, long from) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sha256}?from={from}");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Prefix + "{sha256}", AnswerAsync).RequireRoles(NodeRoles.Worker);

    private static async Task<IResult> AnswerAsync(string sha256, long from, IModuleSource source, CancellationToken cancellationToken)
    {
        if (await source.OpenAsync(sha256, cancellationToken) is not { } blob)
        {
            return Results.NotFound();
        }

        try
        {
            await SkipAsync(blob, from, cancellationToken);
            return Results.Stream(blob);
        }
        catch
        {
            await blob.DisposeAsync();
            throw;
        }
    }

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        if (stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Begin);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            for (int read; count > 0 && (read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken)) > 0; count -= read)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
