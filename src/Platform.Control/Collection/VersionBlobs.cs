using System.Data.Common;
using Dapper;
using Platform.Contracts.Versions;
using Platform.Data;

namespace Platform.Control.Collection;

/// <summary>Which blobs versions need, in a table of its own, so that what nobody needs is found without reading every document.</summary>
internal static class VersionBlobs
{
    // Well below SQLite's 32,766 and PostgreSQL's 65,535 parameters of a statement.
    private const int AtOnce = 1000;

    /// <summary>The blobs that a document names: what runs, what that was composed of, and files.</summary>
    public static IReadOnlyList<string> Of(VersionDocument document) =>
    [
        .. document.Components
            .SelectMany(component => (IEnumerable<string?>)
            [
                component.ModuleSha256,
                component.SourceSha256,
                .. component.Dependencies.Select(dependency => dependency.ModuleSha256),
                .. component.Files.Select(file => file.Sha256),
            ])
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Notes what a version needs, within the transaction that adds it; returns how many of them the tenant doesn't own.</summary>
    public static async Task<int> AddAsync(DbConnection connection, TenantScope tenant, long appId, long number, VersionDocument document)
    {
        var blobs = Of(document);
        var added = 0;
        foreach (var some in blobs.Chunk(AtOnce))
        {
            // Spelt out: given a list, Dapper hands PostgreSQL an array, which IN doesn't take.
            var parameters = new DynamicParameters(new { appId, number, tenant = tenant.Id });
            for (var i = 0; i < some.Length; i++)
            {
                parameters.Add($"blob{i}", some[i]);
            }

            added += await connection.ExecuteAsync(
                $"""
                INSERT INTO version_blobs (app_id, number, sha256, tenant_id)
                SELECT @appId, @number, sha256, tenant_id FROM tenant_blobs
                WHERE tenant_id = @tenant AND sha256 IN ({string.Join(", ", some.Select((_, i) => $"@blob{i}"))})
                """,
                parameters);
        }

        return blobs.Count - added;
    }
}
