using System.Formats.Tar;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Modules;

namespace Platform.Cluster.Artifacts;

/// <summary>Where workers take compiled modules from each other: their files as a tar archive, the seal among them.</summary>
internal static class ArtifactEndpoint
{
    private const string Prefix = "/artifacts/";

    public static string PathOf(string sha256, string engine) => $"{Prefix}{sha256}/{engine}";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Prefix + "{sha256}/{engine}", Answer).RequireRoles(NodeRoles.Worker);

    private static IResult Answer(string sha256, string engine, IArtifactStore store) => store.Find(sha256, engine) is { } lease
        ? Results.Stream(output => WriteAsync(lease, output), "application/x-tar")
        : Results.NotFound();

    private static async Task WriteAsync(ArtifactLease lease, Stream output)
    {
        using (lease)
        {
            await using var archive = new TarWriter(output, leaveOpen: true);
            foreach (var file in Directory.EnumerateFiles(lease.Directory))
            {
                await archive.WriteEntryAsync(file, Path.GetFileName(file));
            }
        }
    }
}
