using Platform.Contracts.Versions;
using Platform.Control;
using Platform.Control.Sessions;
using Platform.Dashboard;
using Platform.Gateway;
using Platform.Gateway.Routing;
using Platform.Host.Pages;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Worker;

namespace Platform.Host;

/// <summary>Turns the host's settings into what each part takes.</summary>
internal static class Composition
{
    /// <summary>The control plane's options.</summary>
    public static ControlOptions ForControl(
        this PlatformSettings platform, DataDirectory data, MasterKeys keys, int? sqliteShards, IConfiguration configuration) => new()
        {
            DataDirectory = data.Path,
            SqliteShards = sqliteShards ?? 1,
            MasterKey = keys.Current,
            PreviousMasterKey = keys.Previous,
            PostgresConnectionString = configuration.GetConnectionString("Postgres") is { Length: > 0 } postgres ? postgres : null,
            Oidc = platform.Oidc.ToOptions(),
            CorsOrigins = platform.CorsOrigins,
            PublicUrl = platform.PublicUrl,
            BaseDomain = platform.BaseDomain,
            AppsDomain = platform.EffectiveAppsDomain,
            DnsServers = platform.Dns.EndPoints(),
            DomainGrace = platform.Domains.Grace,
            Quotas = platform.Quotas.ToQuota(),
            ApiRequestsPerMinute = platform.Control.RequestsPerMinute,
            AnonymousApiRequestsPerMinute = platform.Control.AnonymousRequestsPerMinute,
            KeepVersions = platform.Control.KeepVersions,
            KeepVersionsFor = platform.Control.KeepVersionsDays is { } days ? TimeSpan.FromDays(days) : null,
            DeletedGrace = TimeSpan.FromDays(platform.Control.DeletedGraceDays),
            BlobGrace = TimeSpan.FromHours(platform.Control.BlobGraceHours),
            SeriesMinutes = TimeSpan.FromHours(platform.Control.SeriesMinutesHours),
            SeriesHours = TimeSpan.FromDays(platform.Control.SeriesHoursDays),
            SeriesDays = TimeSpan.FromDays(platform.Control.SeriesDaysDays),
            LimitCeilings = new LimitsDocument(
            platform.Limits.MaxFuel,
            platform.Limits.MaxMemoryBytes,
            platform.Limits.MaxWallMs,
            platform.Limits.MaxRequestBodyBytes,
            platform.Limits.MaxOutboundRequests,
            platform.Limits.MaxLogBytes),
        };

    /// <summary>The worker's options: its section, and what the host knows better.</summary>
    public static void ForWorker(this PlatformSettings platform, WorkerOptions worker, DataDirectory data, string? keyValue, bool isOwnRedis, IConfiguration configuration)
    {
        PlatformSettings.BindTo(worker, configuration.GetSection(WorkerOptions.Section));
        worker.DataDirectory = data.Path;
        worker.KeyValueConnection = keyValue;
        if (isOwnRedis)
        {
            // Nobody else uses it: what an earlier process left in it, this one may take over.
            worker.WorkerId = "embedded";
        }

        worker.MaxMemoryBytes = platform.Limits.MaxMemoryBytes;
    }

    /// <summary>The gateway's options.</summary>
    public static GatewayOptions ForGateway(this PlatformSettings platform) => new()
    {
        BaseDomain = platform.BaseDomain,
        AppsDomain = platform.EffectiveAppsDomain,
        HttpsUrl = platform.PublicUrl is { } url && url.Scheme == Uri.UriSchemeHttps ? url : null,
    };

    /// <summary>The dashboard's options.</summary>
    public static DashboardOptions ForDashboard(this PlatformSettings platform) => new()
    {
        Version = ProductVersion.Text,
        IsOwnHost = BaseDomain.Matcher(platform.ForGateway()),
        IsSafeTransport = Transport.IsSafe,
        HasAuthority = platform.Oidc.ToOptions() is not null,
    };

    /// <summary>An address of this process that this process can call.</summary>
    public static Uri LocalUrl(this WebApplication app)
    {
        // Without TLS where there is a choice: a certificate names no address.
        var url = new UriBuilder(app.Urls.OrderByDescending(static one => one.StartsWith("http:", StringComparison.Ordinal)).First());
        url.Host = url.Host switch
        {
            "0.0.0.0" => "127.0.0.1",
            "[::]" => "[::1]",
            _ => url.Host,
        };
        return url.Uri;
    }

    /// <summary>The commands for somebody at this process' terminal or page.</summary>
    public static NextCommands NextCommands(this PlatformSettings platform, WebApplication app, string tokenFile)
    {
        var local = app.LocalUrl();
        var api = platform.PublicUrl ?? local;
        return new NextCommands(api, api.IsDefaultPort ? platform.EffectiveAppsDomain : $"{platform.EffectiveAppsDomain}:{api.Port}", tokenFile);
    }
}
