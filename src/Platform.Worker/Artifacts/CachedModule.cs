using System.Runtime.Intrinsics;
using Platform.Worker.Quarantining;

namespace Platform.Worker.Artifacts;

/// <summary>A loaded module and who uses it: disposed when the cache has dropped it and the last lease is given back.</summary>
internal sealed class CachedModule(string sha256, ILoadedModule module)
{
    // The cache holds one until it drops the module; 0 is final.
    private int _leases = 1;
    private int _runs;

    public string Sha256 { get; } = sha256;

    public ILoadedModule Module { get; } = module;

    /// <summary>The hash, as it is noted while it runs.</summary>
    public Vector256<byte> Hash { get; } = Vector256.Create<byte>(Convert.FromHexString(sha256));

    /// <summary>Timestamp of the last lease.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether it has run too seldom to be known for harmless.</summary>
    public bool IsNew => Volatile.Read(ref _runs) < CrashRecord.ProvenRuns;

    /// <summary>It ran and the process is still there; true when that was the last time that it counted as new.</summary>
    public bool HasRun() => Interlocked.Increment(ref _runs) == CrashRecord.ProvenRuns;

    /// <summary>Takes a lease; false when the module was dropped and disposed.</summary>
    public bool TryLease()
    {
        var seen = Volatile.Read(ref _leases);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _leases, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Gives a lease back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            Module.Dispose();
        }
    }
}
