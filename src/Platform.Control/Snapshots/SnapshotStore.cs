using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Control.Domains;
using Platform.Control.Paging;
using Platform.Control.Quotas;
using Platform.Control.Telemetry;
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
    : ISnapshotFeed, IDisposable
{
    private const string TenantColumns = "id AS Id, name AS Name, quota AS Quota, revision AS Revision";

    private const int AppsAtOnce = 500;

    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly CurrentSnapshot _published = new();
    private readonly SnapshotHistory _history = new();

    // Written under _turn only; read without it.
    private volatile State _state = new(PlatformSnapshot.Empty, ImmutableDictionary<AppKey, AppIds>.Empty);

    public PlatformSnapshot Current => _published.Current;

    public SnapshotDelta? Since(long revision) => _history.Since(revision, Current);

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

            foreach (var change in changes)
            {
                _history.Add(change.Revision, new AppKey(change.Tenant, change.App));
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
        var tenants = (await database.QueryAsync<TenantRow>($"SELECT {TenantColumns} FROM tenants WHERE deleted_at IS NULL", null, cancellationToken))
            .ToImmutableDictionary(static tenant => tenant.Name, ToSnapshot);
        var apps = ImmutableDictionary.CreateBuilder<AppKey, AppSnapshot>();
        var ids = ImmutableDictionary.CreateBuilder<AppKey, AppIds>();
        var after = 0L;
        List<AppRow> rows;
        do
        {
            // Many apps at a time with all their versions: with a statement for each app and version a start would take its time.
            rows = await database.QueryAsync<AppRow>(
                $"""
                SELECT {AppColumns}, v.document AS Document
                FROM (SELECT * FROM apps WHERE id > @after AND deleted_at IS NULL ORDER BY id LIMIT @AppsAtOnce) a
                JOIN tenants t ON t.id = a.tenant_id LEFT JOIN versions v ON v.app_id = a.id AND {VersionStates.CanGoLive}
                ORDER BY a.id
                """,
                new { after, AppsAtOnce },
                cancellationToken);

            // Where the tenant is newer than what was read of tenants, the app comes again with its own change.
            foreach (var app in rows.GroupBy(static row => row.Id).Where(app => tenants.ContainsKey(app.First().Tenant)))
            {
                var snapshot = await ToSnapshotAsync([.. app], null, cancellationToken);
                var key = new AppKey(snapshot.Tenant, snapshot.App);
                apps[key] = snapshot;
                ids[key] = new AppIds(app.First().TenantId, app.Key);
            }

            after = rows.Count == 0 ? 0 : rows[^1].Id;
        }
        while (rows.Count > 0);

        _history.Restart(revision);
        Publish(new State(
            new PlatformSnapshot(revision, apps.ToImmutable())
            {
                Tenants = tenants,
                Domains = await domains.ReadAsync(_state.Snapshot.Domains, cancellationToken),
            },
            ids.ToImmutable()));
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
            SELECT {AppColumns} FROM apps a JOIN tenants t ON t.id = a.tenant_id LEFT JOIN versions v ON v.app_id = a.id AND {VersionStates.CanGoLive}
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
        var snapshot = await ToSnapshotAsync(rows, old, cancellationToken);
        return new State(state.Snapshot with { Apps = apps.SetItem(key, snapshot) }, state.Ids.SetItem(key, new AppIds(app.TenantId, app.Id)));
    }

    private async Task<State> ApplyTenantAsync(State state, string name, CancellationToken cancellationToken)
    {
        var row = await database.FindAsync<TenantRow>($"SELECT {TenantColumns} FROM tenants WHERE name = @name AND deleted_at IS NULL", new { name }, cancellationToken);
        var tenants = state.Snapshot.Tenants;
        return state with { Snapshot = state.Snapshot with { Tenants = row is null ? tenants.Remove(name) : tenants.SetItem(name, ToSnapshot(row)) } };
    }

    private TenantSnapshot ToSnapshot(TenantRow row) => new(row.Id, QuotaJson.Effective(options.Quotas, QuotaJson.Read(row.Quota)), row.Revision);

    private sealed record State(PlatformSnapshot Snapshot, ImmutableDictionary<AppKey, AppIds> Ids);

    private sealed record ChangeRow(long Revision, string Tenant, string App);

    private sealed class TenantRow
    {
        public required long Id { get; init; }

        public required string Name { get; init; }

        public string? Quota { get; init; }

        public required long Revision { get; init; }
    }
}
