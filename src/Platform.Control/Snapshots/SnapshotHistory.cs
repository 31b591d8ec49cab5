using Platform.Contracts.Snapshots;

namespace Platform.Control.Snapshots;

/// <summary>What has changed of late, by revision, for those who follow from a distance. Thread-safe.</summary>
internal sealed class SnapshotHistory
{
    private const int MaxChanges = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Revision, AppKey Key)> _changes = new();

    // Changes after this revision are all there.
    private long _floor;

    /// <summary>Begins at a revision: what led to it isn't known.</summary>
    public void Restart(long revision)
    {
        lock (_lock)
        {
            _changes.Clear();
            _floor = revision;
        }
    }

    /// <summary>Adds a change; before the snapshot that has it is published.</summary>
    public void Add(long revision, AppKey key)
    {
        lock (_lock)
        {
            _changes.Enqueue((revision, key));
            if (_changes.Count > MaxChanges)
            {
                _floor = _changes.Dequeue().Revision;
            }
        }
    }

    /// <summary>What leads from a revision to the snapshot; null when that is too long ago.</summary>
    public SnapshotDelta? Since(long revision, PlatformSnapshot snapshot)
    {
        var apps = new HashSet<AppKey>();
        var tenants = new HashSet<string>(StringComparer.Ordinal);
        var domains = false;
        lock (_lock)
        {
            if (revision < _floor)
            {
                return null;
            }

            foreach (var (_, key) in _changes.Where(change => change.Revision > revision))
            {
                if (key.Tenant == Revisions.Domains)
                {
                    domains = true;
                    continue;
                }

                // An app's change may be the first that is told of its tenant.
                tenants.Add(key.Tenant);
                if (key.App.Length > 0)
                {
                    apps.Add(key);
                }
            }
        }

        return new SnapshotDelta(snapshot, apps, tenants, domains);
    }
}
