using System.Net;
using Platform.Contracts.Quotas;
using Platform.Contracts.Versions;
using Platform.Control.Keys;
using Platform.Control.Oidc;

namespace Platform.Control;

/// <summary>What the host tells the control plane: effective values, already validated.</summary>
public sealed record ControlOptions
{
    /// <summary>The logger that apps' lines are exported by, where the host gives it a provider.</summary>
    public const string AppLogCategory = "Platform.AppLogs";

    /// <summary>Directory of <c>platform.db</c> and <c>telemetry.db</c> when there is no PostgreSQL. It exists and is locked for this process.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>ConnectionStrings:Postgres</c>; null for SQLite.</summary>
    public string? PostgresConnectionString { get; init; }

    /// <summary>Wraps the keys in the store (<c>&lt;data-dir&gt;/master.key</c> or <c>Platform:MasterKey</c>).</summary>
    public required MasterKey MasterKey { get; init; }

    /// <summary>What wrapped them until now (<c>Platform:PreviousMasterKey</c>): they are rewrapped at start. Null: there is no other.</summary>
    public MasterKey? PreviousMasterKey { get; init; }

    /// <summary>The OpenID Connect authority whose users may sign in (<c>Platform:Oidc</c>); null for none.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>Origins whose pages may call the API with a token (<c>Platform:CorsOrigins</c>), such as <c>https://console.example.org</c>. Default none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Scheme and port for <c>url</c> in answers (<c>Platform:PublicUrl</c>); null takes those that the API call itself came by.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The domain of the API and its pages (<c>Platform:BaseDomain</c>).</summary>
    public string BaseDomain { get; init; } = "localhost";

    /// <summary>Who is asked for the TXT records that prove domains (<c>Platform:Dns:Servers</c>). None: the machine's resolvers.</summary>
    public IReadOnlyList<IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>How long the domains of a deleted app stay held (<c>Platform:Domains:Grace</c>). Default 7 days.</summary>
    public TimeSpan DomainGrace { get; init; } = TimeSpan.FromDays(7);

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

    /// <summary>The quota of a tenant for which the operator has set nothing else (<c>Platform:Quotas</c>).</summary>
    public TenantQuota Quotas { get; init; } = TenantQuota.Default;

    /// <summary>How long the hours of usage are kept. Default 400 days: a year can be compared with the one before.</summary>
    public TimeSpan UsageRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long log lines are kept. Default 7 days.</summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The most bytes of log lines kept for one app, with what their rows cost beside the text; the oldest go first. Default 64 MiB.</summary>
    public long LogBytesPerApp { get; init; } = 64L << 20;

    /// <summary>The most bytes kept of one app's requests, as long as its log; the oldest go first. Default 16 MiB, some 20,000 of them.</summary>
    public long RequestBytesPerApp { get; init; } = 16L << 20;

    /// <summary>How long minutes of series are kept (<c>Platform:Control:SeriesMinutesHours</c>). Default 48 hours.</summary>
    public TimeSpan SeriesMinutes { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long hours of series are kept (<c>Platform:Control:SeriesHoursDays</c>). Default 30 days.</summary>
    public TimeSpan SeriesHours { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long days of series are kept (<c>Platform:Control:SeriesDaysDays</c>). Default a year.</summary>
    public TimeSpan SeriesDays { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Rounds of PBKDF2 for a password. Default 210,000 (OWASP, for HMAC-SHA512; the framework's own default is lower).</summary>
    public int PasswordIterations { get; init; } = 210_000;

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

    /// <summary>Requests to the API a minute that a caller (token, user, operator) has (<c>Platform:Control:RequestsPerMinute</c>). Default 6,000.</summary>
    public int ApiRequestsPerMinute { get; init; } = 6_000;

    /// <summary>Requests to the API a minute that a client address has without a credential (<c>Platform:Control:AnonymousRequestsPerMinute</c>). Default 600.</summary>
    public int AnonymousApiRequestsPerMinute { get; init; } = 600;

    /// <summary>Processes that keep apps' SQLite databases; 0 for none, since workers that come and go keep none. Default 1: this one.</summary>
    public int SqliteShards { get; init; } = 1;

    /// <summary>Where a new app's databases go, for as long as it lives: to any, so that each gets its share.</summary>
    public int NextSqliteShard() => Random.Shared.Next(Math.Max(1, SqliteShards));
}
