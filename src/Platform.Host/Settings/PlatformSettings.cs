using System.ComponentModel.DataAnnotations;
using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>The section <c>Platform</c> of the configuration, as far as the host itself reads it.</summary>
internal sealed class PlatformSettings
{
    private const string Section = "Platform";

    /// <summary>The domain of the API and its pages. Default <c>localhost</c>.</summary>
    public string BaseDomain { get; set; } = "localhost";

    /// <summary>The domain that apps live under. Default: the base domain.</summary>
    public string? AppsDomain { get; set; }

    /// <summary>Scheme, host and port of <c>url</c> in answers; null takes those that a call came by.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>A directory of files with settings; <see cref="SettingSources"/> reads it.</summary>
    public string? SecretsDirectory { get; set; }

    /// <summary>A mounted secret with the operator's token; null: one is made in the data directory.</summary>
    public string? OperatorTokenFile { get; set; }

    /// <summary>The key that wraps the store's keys: 32 bytes in base64. Null: <c>master.key</c> in the data directory, made at the first start.</summary>
    public string? MasterKey { get; set; }

    /// <summary>What wrapped them until now, after a change of <see cref="MasterKey"/>.</summary>
    public string? PreviousMasterKey { get; set; }

    /// <summary>The key that processes with roles of their own know each other by: 32 bytes in base64, the same for all of a cluster.</summary>
    public string? ClusterKey { get; set; }

    /// <summary>A mounted secret with it, in place of <see cref="ClusterKey"/>.</summary>
    public string? ClusterKeyFile { get; set; }

    /// <summary>A second key that is taken too, while the key is changed: first the one to come, then the one before.</summary>
    public string? OtherClusterKey { get; set; }

    /// <summary>The Redis of apps' key-value data, where it isn't that of <c>ConnectionStrings:Redis</c>: that one may lose all it has, this one may not.</summary>
    public string? KeyValue { get; set; }

    /// <summary>Internal listeners of control planes. Default: this process's own, when it is one.</summary>
    public IReadOnlyList<string> ControlUrls { get; set; } = [];

    /// <summary>Internal listeners of the processes that keep apps' SQLite databases (<c>--roles sqlite</c>), in the order of their numbers; the same on control planes and workers. Default none: no app has any.</summary>
    public IReadOnlyList<string> SqliteUrls { get; set; } = [];

    /// <summary>Which of <see cref="SqliteUrls"/> this process is, from 0.</summary>
    [Range(0, 9999)]
    public int SqliteShard { get; set; }

    /// <summary>How often a process that keeps SQLite databases copies those that changed to the store. Default ten minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SqliteBackupInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where others reach this process's internal listener. Default: the address it listens on; of a wildcard one, this machine's first.</summary>
    public Uri? AdvertiseUrl { get; set; }

    /// <summary>Where this process is, such as a data centre's name.</summary>
    public string? Zone { get; set; }

    /// <summary>Where <c>/metrics</c> is served without a token, several separated by <c>;</c>. Default nowhere.</summary>
    public string? MetricsUrls { get; set; }

    /// <summary>The part of traces that is exported, 0 to 1; failed requests are whatever it says. Gateways decide for what comes by them. Default 1.</summary>
    [Range(0.0, 1.0)]
    public double TraceSampling { get; set; } = 1;

    /// <summary>Whether control planes export apps' log lines too, where telemetry is exported. Default false.</summary>
    public bool ExportAppLogs { get; set; }

    /// <summary>TLS of internal listeners.</summary>
    public InternalSettings Internal { get; set; } = new();

    /// <summary>The OpenID Connect authority whose users may sign in.</summary>
    public OidcSettings Oidc { get; set; } = new();
    /// <summary>The operator's own certificate.</summary>
    public TlsSettings Tls { get; set; } = new();

    /// <summary>Networks (CIDR) of proxies in front, whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed. Default none: nobody's are.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>Where the DNS is asked.</summary>
    public DnsSettings Dns { get; set; } = new();

    /// <summary>Custom domains.</summary>
    public DomainSettings Domains { get; set; } = new();

    /// <summary>Origins whose pages may call the API with a token. Default none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; set; } = [];

    /// <summary>The installation's ceilings.</summary>
    public LimitSettings Limits { get; set; } = new();

    /// <summary>Tenants' quotas where nothing else is set.</summary>
    public QuotaSettings Quotas { get; set; } = new();

    /// <summary>What the control plane keeps, and how long.</summary>
    public ControlSettings Control { get; set; } = new();

    /// <summary>Where apps live, whichever setting says so.</summary>
    public string EffectiveAppsDomain => AppsDomain ?? BaseDomain;

    /// <summary>Reads <see cref="MetricsUrls"/>.</summary>
    /// <exception cref="StartupException">One is no address.</exception>
    public IReadOnlyList<ListenUrl> MetricsListeners() =>
        [.. (MetricsUrls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static url => ListenUrl.Parse(url, "Platform:MetricsUrls"))];

    // Sections that other parts bind themselves.
    private static readonly string[] OtherSections = ["Worker"];

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartupException">A setting isn't known, isn't of its type or has a wrong value.</exception>
    public static PlatformSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var settings = new PlatformSettings();
        BindTo(settings, section, OtherSections);
        BindTo(settings.Oidc, section.GetSection(nameof(Oidc)));
        BindTo(settings.Limits, section.GetSection(nameof(Limits)));
        settings.Oidc.Check();
        foreach (var origin in settings.CorsOrigins)
        {
            // As browsers write it: what differs would never match.
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                throw new StartupException($"{Section}:{nameof(CorsOrigins)} '{origin}': give scheme, host and port only, in lower case and without the scheme's own port, such as https://console.example.org");
            }
        }

        BindTo(settings.Dns, section.GetSection(nameof(Dns)));
        BindTo(settings.Domains, section.GetSection(nameof(Domains)));
        BindTo(settings.Internal, section.GetSection(nameof(Internal)));
        BindTo(settings.Tls, section.GetSection(nameof(Tls)));
        BindTo(settings.Quotas, section.GetSection(nameof(Quotas)));
        BindTo(settings.Control, section.GetSection(nameof(Control)));
        settings.Control.Check();
        RefuseBadDomain(nameof(BaseDomain), settings.BaseDomain);
        RefuseBadDomain(nameof(AppsDomain), settings.EffectiveAppsDomain);
        if (settings.PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/"))
        {
            throw new StartupException($"{Section}:{nameof(PublicUrl)} '{url}': give scheme, host and port only, such as https://example.org");
        }

        return settings;
    }

    /// <summary>Binds a section to options and checks their ranges (those of the type itself, not of what it holds). Unknown keys are refused.</summary>
    /// <exception cref="StartupException">A key isn't known, a value isn't of its type or out of range; the message names the setting.</exception>
    public static void BindTo<T>(T options, IConfigurationSection section, params IReadOnlyList<string> others)
        where T : class
    {
        RefuseUnknown<T>(section, others);
        try
        {
            section.Bind(options);
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        }
        catch (ValidationException e)
        {
            throw new StartupException($"{section.Path}: {OneLine.Of(e.Message)} (it is '{e.Value}'); correct the environment variable");
        }
        catch (InvalidOperationException e)
        {
            throw new StartupException($"{OneLine.Of(e.Message)}; correct the environment variable of that name ('__' for ':')");
        }
    }

    /// <summary>Refuses keys that no property of <typeparamref name="T"/> reads: a mistyped setting must not run with the default.</summary>
    /// <exception cref="StartupException">A key isn't known.</exception>
    private static void RefuseUnknown<T>(IConfigurationSection section, IReadOnlyList<string> others)
    {
        var known = typeof(T).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Concat(others).ToList();
        var unknown = section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new StartupException($"{unknown.Path}: no such setting; {section.Path} has {string.Join(", ", known)}: correct or remove the environment variable");
        }
    }

    private static void RefuseBadDomain(string name, string domain)
    {
        if (Uri.CheckHostName(domain) != UriHostNameType.Dns || domain.Any(char.IsAsciiLetterUpper) || domain.EndsWith('.'))
        {
            throw new StartupException($"{Section}:{name} '{domain}': give a domain name in lower case without port or final dot, such as example.org");
        }
    }
}
