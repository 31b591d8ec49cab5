using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Control.Domains;
using Platform.Control.Limits;
using Platform.Control.Paging;
using Platform.Control.Quotas;
using Platform.Control.Telemetry;
using Platform.Control.Traffic;
using Platform.Control.Variables;
using Platform.Control.Versions;
using Platform.Data;

namespace Platform.Control.Snapshots;

/// <summary>
/// The snapshot that gateways and workers read, kept equal to the store. Whoever commits a change calls <see cref="RefreshAsync"/> before answering;
/// a poller calls it too, for changes committed by other processes or by a request that died after its commit.
/// </summary>
internal sealed partial class SnapshotStore(
    Database database, StoreKeys keys, ControlOptions options, ValueProtection protection, DomainSnapshots domains, ILogger<SnapshotStore> logger)
    : ISnapshotSource, IDisposable
{
    private const string TenantColumns = "id AS Id, name AS Name, quota AS Quota, revision AS Revision";

    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly CurrentSnapshot _published = new();

    // Written under _turn only; read without it.
    private volatile State _state = new(PlatformSnapshot.Empty, ImmutableDictionary<AppKey, AppIds>.Empty);

    public PlatformSnapshot Current => _published.Current;

    /// <summary>The store's numbers of an app, by which its logs are kept; null when there is no such app.</summary>
    public AppIds? FindIds(AppKey app) => _state.Ids.TryGetValue(app, out var id) ? id : null;

    /// <summary>Reads all of it, at start.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await LoadAllAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Brings the snapshot to the store's newest revision. Changes committed before the call are in <see cref="Current"/> when it returns.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        using var step = Steps.Begin("snapshot.refresh");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var state = _state;
            var changes = await database.QueryAsync<ChangeRow>(
                "SELECT revision AS Revision, tenant AS Tenant, app AS App FROM app_changes WHERE revision > @Revision ORDER BY revision",
                new { state.Snapshot.Revision },
                cancellationToken);
            if (changes.Count == 0)
            {
                return;
            }

            if (changes[0].Revision != state.Snapshot.Revision + 1)
            {
                // The changes in between were trimmed away: this process was cut off from the database for long.
                await LoadAllAsync(cancellationToken);
                return;
            }

            // An app may be newer than the change that is being applied; it then comes again with its own change and stays the same.
            foreach (var key in changes.Select(change => new AppKey(change.Tenant, change.App)).Distinct())
            {
                state = await ApplyAsync(state, key, cancellationToken);
            }

            Publish(state with { Snapshot = state.Snapshot with { Revision = changes[^1].Revision } });
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Drops changes that every process has long seen.</summary>
    public Task TrimAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "DELETE FROM app_changes WHERE revision < (SELECT value FROM revision WHERE id = 1) - 10000", null, cancellationToken);

    public Task WaitForOtherAsync(PlatformSnapshot seen, CancellationToken cancellationToken) => _published.WaitForOtherAsync(seen, cancellationToken);

    public void Dispose() => _turn.Dispose();

    private void Publish(State state)
    {
        _state = state;
        _published.Current = state.Snapshot;
    }

    private async Task LoadAllAsync(CancellationToken cancellationToken)
    {
        // The revision first: what commits meanwhile has a higher one and is applied again by the next refresh.
        var revision = await database.FindAsync<long>("SELECT value FROM revision WHERE id = 1", null, cancellationToken);
        var apps = await database.QueryAsync<ChangeRow>(
            "SELECT a.id AS Revision, t.name AS Tenant, a.name AS App FROM apps a JOIN tenants t ON t.id = a.tenant_id WHERE a.deleted_at IS NULL AND t.deleted_at IS NULL", null, cancellationToken);
        var tenants = await database.QueryAsync<TenantRow>($"SELECT {TenantColumns} FROM tenants WHERE deleted_at IS NULL", null, cancellationToken);
        var state = new State(
            PlatformSnapshot.Empty with { Tenants = tenants.ToImmutableDictionary(static tenant => tenant.Name, ToSnapshot) }, ImmutableDictionary<AppKey, AppIds>.Empty);
        foreach (var app in apps)
        {
            state = await ApplyAsync(state, new AppKey(app.Tenant, app.App), cancellationToken);
        }

        var known = await domains.ReadAsync(_state.Snapshot.Domains, cancellationToken);
        Publish(state with { Snapshot = state.Snapshot with { Revision = revision, Domains = known } });
    }

    private async Task<State> ApplyAsync(State state, AppKey key, CancellationToken cancellationToken)
    {
        if (key.Tenant == Revisions.Domains)
        {
            return state with { Snapshot = state.Snapshot with { Domains = await domains.ReadAsync(state.Snapshot.Domains, cancellationToken) } };
        }

        // Without an app it is a change of the tenant itself. A program of the version before makes tenants without one.
        if (key.App.Length == 0)
        {
            return await ApplyTenantAsync(state, key.Tenant, cancellationToken);
        }

        if (!state.Snapshot.Tenants.ContainsKey(key.Tenant))
        {
            state = await ApplyTenantAsync(state, key.Tenant, cancellationToken);
        }

        // One statement, so that what is live or in a split is among the versions.
        var rows = await database.QueryAsync<AppRow>(
            $"""
            SELECT t.id AS TenantId, a.id AS Id, a.live AS Live, a.traffic AS Traffic, a.configuration AS Configuration, a.limits AS Limits, v.number AS Number
            FROM apps a JOIN tenants t ON t.id = a.tenant_id LEFT JOIN versions v ON v.app_id = a.id AND {VersionStates.CanGoLive}
            WHERE t.name = @Tenant AND a.name = @App AND a.deleted_at IS NULL AND t.deleted_at IS NULL
            """,
            new { key.Tenant, key.App },
            cancellationToken);
        var apps = state.Snapshot.Apps;
        if (rows.Count == 0)
        {
            return new State(state.Snapshot with { Apps = apps.Remove(key) }, state.Ids.Remove(key));
        }

        // Versions never change, so those known are taken over. A new id is another app of the same name: nothing of the old one may stay.
        var app = rows[0];
        var old = state.Ids.TryGetValue(key, out var ids) && ids.AppId == app.Id ? apps.GetValueOrDefault(key) : null;
        var known = old?.Versions ?? ImmutableDictionary<int, VersionDocument>.Empty;
        var versions = await ReadVersionsAsync(app.Id, known, [.. rows.Where(row => row.Number is not null).Select(row => (int)row.Number!)], cancellationToken);
        var snapshot = new AppSnapshot(app.Id, key.Tenant, key.App, (int?)app.Live, versions)
        {
            Configuration = await ReadConfigurationAsync(app, key, old?.Configuration, cancellationToken),
            Traffic = TrafficColumn.Read(app.Traffic, app.Live) is { } traffic ? TrafficColumn.ToSnapshot(traffic, app.Id, keys) : null,
        };
        return new State(state.Snapshot with { Apps = apps.SetItem(key, snapshot) }, state.Ids.SetItem(key, new AppIds(app.TenantId, app.Id)));
    }

    private async Task<State> ApplyTenantAsync(State state, string name, CancellationToken cancellationToken)
    {
        var row = await database.FindAsync<TenantRow>($"SELECT {TenantColumns} FROM tenants WHERE name = @name AND deleted_at IS NULL", new { name }, cancellationToken);
        var tenants = state.Snapshot.Tenants;
        return state with { Snapshot = state.Snapshot with { Tenants = row is null ? tenants.Remove(name) : tenants.SetItem(name, ToSnapshot(row)) } };
    }

    private TenantSnapshot ToSnapshot(TenantRow row) => new(row.Id, QuotaJson.Effective(options.Quotas, QuotaJson.Read(row.Quota)), row.Revision);

    private async Task<ImmutableDictionary<int, VersionDocument>> ReadVersionsAsync(
        long appId, ImmutableDictionary<int, VersionDocument> known, HashSet<int> ready, CancellationToken cancellationToken)
    {
        // A lower number can become ready later than a higher one, so the numbers are compared, not only their maximum.
        var versions = known.ToBuilder();
        versions.RemoveRange(known.Keys.Where(number => !ready.Contains(number)));
        foreach (var number in ready.Where(number => !known.ContainsKey(number)))
        {
            if (await database.FindAsync<string>("SELECT document FROM versions WHERE app_id = @appId AND number = @number", new { appId, number }, cancellationToken) is { } document)
            {
                versions[number] = VersionDocumentJson.Deserialize(document);
            }
        }

        return versions.ToImmutable();
    }

    // Decrypted once a change. As with versions, values may be newer than the app's row that was read before them: they then come again with their own change.
    private async Task<AppConfiguration> ReadConfigurationAsync(AppRow app, AppKey key, AppConfiguration? known, CancellationToken cancellationToken)
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
                LogUnreadable(row.Name, key.Tenant, key.App, e);
            }
        }

        return new AppConfiguration(app.Configuration, values.ToImmutable(), LimitsJson.Deserialize(app.Limits));
    }

    [LoggerMessage(3040, LogLevel.Error, "The value '{Name}' of {Tenant}/{App} can't be decrypted and counts as not set: it was changed in the store, or its key is gone. Set it anew")]
    private partial void LogUnreadable(string name, string tenant, string app, Exception exception);

    private sealed record State(PlatformSnapshot Snapshot, ImmutableDictionary<AppKey, AppIds> Ids);

    private sealed record ChangeRow(long Revision, string Tenant, string App);

    private sealed class TenantRow
    {
        public required long Id { get; init; }

        public required string Name { get; init; }

        public string? Quota { get; init; }

        public required long Revision { get; init; }
    }

    private sealed record ValueRow(string Name, byte[] Value);

    private sealed class AppRow
    {
        public long TenantId { get; init; }

        public long Id { get; init; }

        public long? Live { get; init; }

        public long Configuration { get; init; }

        public string? Limits { get; init; }

        public string? Traffic { get; init; }

        public long? Number { get; init; }
    }
}
