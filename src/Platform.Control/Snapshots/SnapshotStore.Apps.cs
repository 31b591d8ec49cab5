using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Control.Limits;
using Platform.Control.Traffic;

namespace Platform.Control.Snapshots;

/// <content>Of an app's rows its snapshot.</content>
internal sealed partial class SnapshotStore
{
    private const string AppColumns =
        "t.id AS TenantId, t.name AS Tenant, a.id AS Id, a.name AS App, a.live AS Live, a.traffic AS Traffic, a.configuration AS Configuration, a.limits AS Limits, a.sqlite_shard AS SqliteShard, v.number AS Number";

    private async Task<AppSnapshot> ToSnapshotAsync(IReadOnlyList<AppRow> rows, AppSnapshot? old, CancellationToken cancellationToken)
    {
        var app = rows[0];
        return new AppSnapshot(app.Id, app.Tenant, app.App, (int?)app.Live, await ReadVersionsAsync(rows, old?.Versions ?? ImmutableDictionary<int, VersionDocument>.Empty, cancellationToken))
        {
            SqliteShard = (int)app.SqliteShard,
            Configuration = await ReadConfigurationAsync(app, old?.Configuration, cancellationToken),
            Traffic = TrafficColumn.Read(app.Traffic, app.Live) is { } traffic ? TrafficColumn.ToSnapshot(traffic, app.Id, keys) : null,
        };
    }

    private async Task<ImmutableDictionary<int, VersionDocument>> ReadVersionsAsync(
        IReadOnlyList<AppRow> rows, ImmutableDictionary<int, VersionDocument> known, CancellationToken cancellationToken)
    {
        // A lower number can become ready later than a higher one, so the numbers are compared, not only their maximum.
        var ready = rows.Where(static row => row.Number is not null).ToDictionary(static row => (int)row.Number!, static row => row.Document);
        var versions = known.ToBuilder();
        versions.RemoveRange(known.Keys.Where(number => !ready.ContainsKey(number)));
        foreach (var (number, read) in ready.Where(version => !known.ContainsKey(version.Key)))
        {
            var document = read
                ?? await database.FindAsync<string>("SELECT document FROM versions WHERE app_id = @Id AND number = @number", new { rows[0].Id, number }, cancellationToken);
            if (document is not null)
            {
                versions[number] = VersionDocumentJson.Deserialize(document);
            }
        }

        return versions.ToImmutable();
    }

    // Decrypted once a change. As with versions, values may be newer than the app's row that was read before them: they then come again with their own change.
    private async Task<AppConfiguration> ReadConfigurationAsync(AppRow app, AppConfiguration? known, CancellationToken cancellationToken)
    {
        if (app.Configuration == 0 || known?.Revision == app.Configuration)
        {
            return known ?? AppConfiguration.Empty;
        }

        var rows = await database.QueryAsync<ValueRow>("SELECT name AS Name, value AS Value FROM app_values WHERE app_id = @Id", new { app.Id }, cancellationToken);
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            try
            {
                values.Add(row.Name, protection.Unprotect(app.TenantId, app.Id, row.Name, row.Value));
            }
            catch (CryptographicException e)
            {
                // One app's value that was changed in the store must not keep the platform from starting.
                LogUnreadable(row.Name, app.Tenant, app.App, e);
            }
        }

        return new AppConfiguration(app.Configuration, values.ToImmutable(), LimitsJson.Deserialize(app.Limits));
    }

    [LoggerMessage(3040, LogLevel.Error, "The value '{Name}' of {Tenant}/{App} can't be decrypted and counts as not set: it was changed in the store, or its key is gone. Set it anew")]
    private partial void LogUnreadable(string name, string tenant, string app, Exception exception);

    private sealed record ValueRow(string Name, byte[] Value);

    private sealed class AppRow
    {
        public long TenantId { get; init; }

        public required string Tenant { get; init; }

        public long Id { get; init; }

        public required string App { get; init; }

        public long? Live { get; init; }

        public long Configuration { get; init; }

        public string? Limits { get; init; }

        public string? Traffic { get; init; }

        public long SqliteShard { get; init; }

        public long? Number { get; init; }

        /// <summary>Of the version; null where it wasn't asked for, since it may be known.</summary>
        public string? Document { get; init; }
    }
}
