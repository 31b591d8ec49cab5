using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Idempotency;
using Platform.Control.Keys;
using Platform.Control.Paging;
using Platform.Control.Sessions;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;
using Platform.Data;
using Platform.Data.Migrations;

namespace Platform.Control;

/// <summary>Brings the store to this program's schema and the snapshot to the store's state before the server listens.</summary>
internal sealed partial class ControlStartup(
    Database database,
    StoreKeys keys,
    KeyRing ring,
    SigningKeys signing,
    IdempotencyStore idempotency,
    SnapshotStore snapshots,
    TelemetryDatabase telemetry,
    ControlState state,
    TimeProvider time,
    ILogger<ControlStartup> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var folder = database.Dialect == Dialect.Postgres ? "postgres" : "sqlite";
        var result = await Migrator.MigrateAsync(database, Migration.Embedded(folder), time, cancellationToken);
        state.IsNewStore = result.Created;
        LogMigrated(database.Description, result.Applied.Count);
        if (result.Newer.Count > 0)
        {
            LogNewer(database.Description, string.Join(", ", result.Newer));
        }

        await telemetry.MigrateAsync(cancellationToken);
        await keys.LoadAsync(cancellationToken);
        await ring.OpenAsync(cancellationToken);
        await signing.RenewAsync(cancellationToken);
        if (database.Dialect == Dialect.Sqlite)
        {
            await idempotency.ReleaseAllRunningAsync(cancellationToken);
        }

        await snapshots.LoadAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(3012, LogLevel.Warning, "The schema of {Store} is a newer program's ({Steps}); this one goes on beside it. Upgrade it")]
    private partial void LogNewer(string store, string steps);

    [LoggerMessage(3010, LogLevel.Information, "Store {Store} is ready, {Applied} migrations applied")]
    private partial void LogMigrated(string store, int applied);
}
