using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Platform.Cluster.Security;
using Platform.Contracts.Sqlite;

namespace Platform.Cluster.Sqlite;

/// <summary>Where processes that own SQLite databases keep copies of them.</summary>
internal static class SqliteBackupEndpoint
{
    private const string Path = "/sqlite-backups";

    public static string ListPath(int shard) => string.Create(CultureInfo.InvariantCulture, $"{Path}?shard={shard}");

    public static string PathOf(long app, string label) => string.Create(CultureInfo.InvariantCulture, $"{Path}/{app}/{Uri.EscapeDataString(label)}");

    public static string PutPath(int shard, SqliteBackup backup) =>
        string.Create(CultureInfo.InvariantCulture, $"{PathOf(backup.App, backup.Label)}?shard={shard}&sha256={backup.Sha256}&size={backup.Size}");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, async (int shard, ISqliteBackups backups, CancellationToken cancellationToken) =>
            Results.Json([.. await backups.ListAsync(shard, cancellationToken)], ClusterJson.Default.SqliteBackupArray)).RequireRoles(NodeRoles.Sqlite);
        endpoints.MapGet(Path + "/{app:long}/{label}", async (long app, string label, ISqliteBackups backups, CancellationToken cancellationToken) =>
            await backups.OpenAsync(app, label, cancellationToken) is { } copy ? Results.Stream(copy) : Results.NotFound()).RequireRoles(NodeRoles.Sqlite);
        endpoints.MapPut(Path + "/{app:long}/{label}", PutAsync).RequireRoles(NodeRoles.Sqlite);
    }

    private static async Task<IResult> PutAsync(
        long app, string label, int shard, string sha256, long size, HttpContext context, ISqliteBackups backups, CancellationToken cancellationToken)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        try
        {
            await backups.PutAsync(shard, new SqliteBackup(app, label, sha256, size), context.Request.Body, cancellationToken);
            return Results.NoContent();
        }
        catch (InvalidDataException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }
}
