using Platform.Contracts.Versions;
using Platform.Control.Keys;

namespace Platform.Control;

/// <summary>What the host tells the control plane: effective values, already validated.</summary>
public sealed record ControlOptions
{
    /// <summary>Directory of <c>platform.db</c> and <c>telemetry.db</c> when there is no PostgreSQL. It exists and is locked for this process.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>ConnectionStrings:Postgres</c>; null for SQLite.</summary>
    public string? PostgresConnectionString { get; init; }

    /// <summary>SHA-256 of the operator's token (UTF-8), 32 bytes. The token itself never reaches the control plane's state.</summary>
    public required ReadOnlyMemory<byte> OperatorTokenSha256 { get; init; }

    /// <summary>Wraps the keys in the store (<c>&lt;data-dir&gt;/master.key</c> or <c>Platform:MasterKey</c>).</summary>
    public required MasterKey MasterKey { get; init; }

    /// <summary>What wrapped them until now (<c>Platform:PreviousMasterKey</c>): they are rewrapped at start. Null: there is no other.</summary>
    public MasterKey? PreviousMasterKey { get; init; }

    /// <summary>Scheme and port for <c>url</c> in answers (<c>Platform:PublicUrl</c>); null takes those that the API call itself came by.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The domain under which apps have their host names (<c>Platform:AppsDomain</c>).</summary>
    public string AppsDomain { get; init; } = "localhost";

    /// <summary>The most bytes of one module. Default 64 MiB (design section 6).</summary>
    public long MaxModuleBytes { get; init; } = 64L << 20;

    /// <summary>The most files of one version. Default 10,000 (design section 9).</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>The most bytes of all files of one version together. Default 100 MiB (design section 9).</summary>
    public long MaxFileBytes { get; init; } = 100L << 20;

    /// <summary>The installation's ceilings (<c>Platform:Limits:Max*</c>): a manifest that asks for more is refused. Null members have no ceiling.</summary>
    public LimitsDocument LimitCeilings { get; init; } = new();

    /// <summary>How long log lines are kept. Default 7 days.</summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The most bytes of log text kept for one app; the oldest lines go first. Default 64 MiB.</summary>
    public long LogBytesPerApp { get; init; } = 64L << 20;

    /// <summary>How many of an app's ready versions are kept, and of its failed ones, besides what is live or in a split. Default 20.</summary>
    public int KeepVersions { get; init; } = 20;

    /// <summary>How long versions are kept that aren't live or in a split; null for however long.</summary>
    public TimeSpan? KeepVersionsFor { get; init; }

    /// <summary>How long what was deleted can be restored before it is purged. Default 7 days.</summary>
    public TimeSpan DeletedGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a blob stays after its last upload though no version needs it: it may be part of a deploy to come. Default 24 hours.</summary>
    public TimeSpan BlobGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Wrong tokens that one client address may present a minute before it gets 429. Default 60: far above a person's mistakes.</summary>
    public int TokenFailuresPerMinute { get; init; } = 60;
}
