using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Platform.Control.Audit;
using Platform.Control.Keys;
using Platform.Control.Paging;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;
using Platform.Data;
using Platform.Data.Migrations;

namespace Platform.Control;

/// <summary>What an operator does to a store while no control plane runs on its data directory.</summary>
public static class ControlCommands
{
    /// <summary>Wraps the store's keys with another master key, and encrypts every secret anew with a new key of the ring, in one transaction.</summary>
    /// <param name="options">As the control plane takes them; their master key is the one in force.</param>
    /// <param name="next">The one that is in force afterwards.</param>
    /// <param name="cancellationToken">Stops it before the transaction.</param>
    /// <returns>How many secrets were encrypted anew.</returns>
    /// <exception cref="StoreStartupException">The store can't be used, or its keys aren't wrapped with the master key.</exception>
    public static async Task<int> RotateMasterKeyAsync(ControlOptions options, MasterKey next, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddControl(options);
        await using var provider = services.BuildServiceProvider();
        var database = provider.GetRequiredService<Database>();
        var folder = database.Dialect == Dialect.Postgres ? "postgres" : "sqlite";
        await Migrator.MigrateAsync(database, Migration.Embedded(folder), provider.GetRequiredService<TimeProvider>(), cancellationToken);
        var ring = provider.GetRequiredService<KeyRing>();
        await ring.OpenAsync(cancellationToken);
        return await ring.RotateAsync(next, cancellationToken);
    }

    /// <summary>Which of some master keys a store's keys are wrapped with, as a backup finds it.</summary>
    /// <exception cref="StoreStartupException">None of them.</exception>
    public static Task<MasterKey> FindMasterKeyAsync(DbConnection store, IReadOnlyList<MasterKey> candidates) => KeyRing.FindMasterKeyAsync(store, candidates);

    /// <summary>
    /// Makes a store that was restored fit to begin with, in the transaction that restores it or the first one after. What was ended since the backup was made must not come back: sessions and one-time
    /// links end. Idempotency keys of requests that were under way are free again. What gateways and workers have seen since is behind what they are to take.
    /// </summary>
    /// <param name="store">A connection to it, in a transaction.</param>
    /// <param name="product">The version that made the backup.</param>
    /// <param name="madeAt">When it did.</param>
    /// <param name="time">The clock.</param>
    public static async Task SettleRestoredAsync(DbConnection store, string product, DateTimeOffset madeAt, TimeProvider time)
    {
        var sessions = await store.ExecuteAsync("DELETE FROM sessions");
        var invitations = await store.ExecuteAsync("DELETE FROM invitations");
        var passwordResets = await store.ExecuteAsync("DELETE FROM password_resets");
        await store.ExecuteAsync("DELETE FROM idempotency_keys WHERE response IS NULL");
        await store.ExecuteAsync("DELETE FROM workers");
        await Revisions.LeapAsync(store);
        await new AuditTrail(time).RecordAsync(
            store, Actor.Platform, null, "store.restore", "store", after: new { madeAt, version = product, ended = new { sessions, invitations, passwordResets } });
    }

    /// <summary>What names the installation, whatever happens to its store but a new beginning; null for a store on which no platform ever started. It says nothing of the key that it is made of.</summary>
    public static async Task<string?> FindInstallationAsync(DbConnection store) => await StoreKeys.FindCursorAsync(store) is { } key
        ? Convert.ToHexStringLower(HMACSHA256.HashData(key, "platform: names the installation"u8)[..16])
        : null;

    /// <summary>Makes PostgreSQL's partitions of a table for some times, in the caller's transaction.</summary>
    public static Task MakePartitionsAsync(DbConnection store, string table, IEnumerable<DateTimeOffset> times) => new DayPartitions(table).EnsureAsync(store, times);

    /// <summary>
    /// Makes a store that was moved fit to begin with, in the transaction that moves it. Sessions and links go on: nothing was ended since. No worker of before is there, and what gateways and workers know
    /// of is behind what they are to take.
    /// </summary>
    /// <param name="store">A connection to it, in a transaction.</param>
    /// <param name="installation">The installation.</param>
    /// <param name="product">The version that moved it.</param>
    /// <param name="time">The clock.</param>
    public static async Task SettleMovedAsync(DbConnection store, string installation, string product, TimeProvider time)
    {
        await store.ExecuteAsync("DELETE FROM workers");
        await Revisions.LeapAsync(store);
        await new AuditTrail(time).RecordAsync(store, Actor.Platform, null, "store.move", "store", after: new { installation, version = product });
    }
}
