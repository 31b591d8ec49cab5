using Platform.Data;
using Platform.Data.Migrations;

namespace Platform.Control.Telemetry;

/// <summary>
/// Where logs, kept requests and series are: <c>telemetry.db</c> beside the SQLite store, since they need no durability and must not hold up deploys; in PostgreSQL tables of the store, those that grow fast partitioned by day, so
/// that retention drops whole tables.
/// </summary>
internal sealed class TelemetryDatabase(Database main, ControlOptions options, TimeProvider time) : IAsyncDisposable
{
    private static readonly string[] OfApps = ["app_logs", "app_requests", "app_minutes", "app_hours", "app_days"];

    /// <summary>The database.</summary>
    public Database Database { get; } = main.Dialect == Dialect.Postgres
        ? main
        : Database.OpenSqlite(Path.Combine(options.DataDirectory, "telemetry.db"), durable: false);

    /// <summary>Whether it is a file of its own: what fails in it needn't fail in the store.</summary>
    public bool IsApart => Database != main;

    /// <summary>Brings it to its schema, when it isn't the store itself.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken) => IsApart
        ? Migrator.MigrateAsync(Database, Migration.Embedded("sqlite-telemetry"), time, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Removes all that there is of an app.</summary>
    public async Task RemoveAppAsync(long app, CancellationToken cancellationToken)
    {
        foreach (var table in OfApps)
        {
            await Database.ExecuteAsync($"DELETE FROM {table} WHERE app_id = @app", new { app }, cancellationToken);
        }
    }

    /// <summary>Drops of each app the oldest rows beyond its share.</summary>
    /// <param name="table">A table with a row's number, app and size.</param>
    /// <param name="share">Bytes of one app.</param>
    /// <param name="cancellationToken">Stops between two apps.</param>
    public async Task TrimAsync(string table, long share, CancellationToken cancellationToken)
    {
        var over = await Database.QueryAsync<long>($"SELECT app_id FROM {table} GROUP BY app_id HAVING SUM(size) > @share", new { share }, cancellationToken);
        foreach (var app in over)
        {
            await Database.ExecuteAsync(
                $"""
                DELETE FROM {table} WHERE app_id = @app AND id <= (
                    SELECT MAX(id) FROM (SELECT id, SUM(size) OVER (ORDER BY id DESC) AS total FROM {table} WHERE app_id = @app) newest
                    WHERE total > @share)
                """,
                new { app, share },
                cancellationToken);
        }
    }

    /// <summary>Drops what is older.</summary>
    /// <param name="table">The table.</param>
    /// <param name="partitions">Its partitions in PostgreSQL; null where it has none.</param>
    /// <param name="before">Milliseconds since the epoch.</param>
    /// <param name="cancellationToken">Stops it before it begins.</param>
    public Task DropAsync(string table, DayPartitions? partitions, long before, CancellationToken cancellationToken) =>
        partitions is not null && Database.Dialect == Dialect.Postgres
            ? Database.WriteAsync(connection => partitions.DropBeforeAsync(connection, before), cancellationToken)
            : Database.ExecuteAsync($"DELETE FROM {table} WHERE time < @before", new { before }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (IsApart)
        {
            await Database.DisposeAsync();
        }
    }
}
