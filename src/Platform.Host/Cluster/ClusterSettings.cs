using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Platform.Cluster;
using Platform.Cluster.Security;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Cluster;

/// <summary>What a process with roles of its own has to be told, from the settings.</summary>
internal static class ClusterSettings
{
    /// <summary>Reads the options of a cluster's process; null when all roles are in this one.</summary>
    /// <exception cref="StartupException">Something is missing or wrong.</exception>
    public static ClusterOptions? Read(HostSettings host, PlatformSettings platform, IConfiguration configuration, string dataDirectory)
    {
        if (host.Roles == Roles.All)
        {
            if (host.InternalUrls.Count > 0)
            {
                throw new StartupException("--internal-urls: with --roles all nobody calls it; give the roles that this process is to have, or leave it out");
            }

            return null;
        }

        Require(host, configuration);
        var tls = ReadTls(platform.Internal);
        foreach (var url in host.InternalUrls.Where(url => url.IsTls != tls is not null))
        {
            throw new StartupException(url.IsTls
                ? $"--internal-urls {url}: there is no certificate for it; set Platform:Internal:CertificatePath, KeyPath and AuthorityPath"
                : $"--internal-urls {url}: with Platform:Internal:CertificatePath it is https; correct one of the two");
        }

        return new ClusterOptions
        {
            NodeId = $"{Environment.MachineName.ToLowerInvariant()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
            Roles = (NodeRoles)host.Roles,
            Key = ReadKey(platform),
            OtherKey = platform.OtherClusterKey is { } previous ? ParseKey("Platform:OtherClusterKey", previous) : null,
            ControlUrls = ReadControlUrls(host, platform, tls is not null),
            SqliteUrls = ReadUrls("Platform:SqliteUrls", platform.SqliteUrls, tls is not null),
            Tls = tls,
            DataDirectory = dataDirectory,
            Zone = platform.Zone,
            Version = ProductVersion.Text,
        };
    }

    /// <summary>Where others reach this process's internal listener, once it listens at <paramref name="bound"/>.</summary>
    public static Uri Advertised(PlatformSettings platform, Uri bound)
    {
        if (platform.AdvertiseUrl is { } given)
        {
            return given;
        }

        return IPAddress.TryParse(bound.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(bound) { Host = FirstAddress().ToString() }.Uri
            : bound;
    }

    private static void Require(HostSettings host, IConfiguration configuration)
    {
        if (host.Roles.HasFlag(Roles.Control))
        {
            RequireConnection(configuration, "Postgres");
        }

        if ((host.Roles & (Roles.Control | Roles.Worker)) != 0)
        {
            RequireConnection(configuration, "Redis");
        }

        if ((host.Roles & (Roles.Control | Roles.Worker | Roles.Sqlite)) != 0 && host.InternalUrls.Count == 0)
        {
            throw new StartupException("--internal-urls: control planes, workers and shards of SQLite are called by other processes; give an address of a network that only they reach, such as http://10.0.0.1:9080");
        }
    }

    private static void RequireConnection(IConfiguration configuration, string name)
    {
        if (string.IsNullOrWhiteSpace(configuration.GetConnectionString(name)))
        {
            throw new StartupException($"--roles: roles apart need ConnectionStrings:{name}; set the environment variable ConnectionStrings__{name}, or run --roles all");
        }
    }

    private static ClusterKey ReadKey(PlatformSettings platform) =>
        platform.ClusterKey is { } key ? ParseKey("Platform:ClusterKey", key)
        : platform.ClusterKeyFile is { } file ? ParseKey(file, SecretFile.Read("Platform:ClusterKeyFile", file))
        : throw new StartupException(
            $"Platform:ClusterKey: processes of a cluster know each other by it; give all of them the same {ClusterKey.Length} bytes in base64, as 'openssl rand -base64 {ClusterKey.Length}' makes them (Platform__ClusterKey, or a file by Platform__ClusterKeyFile)");

    private static ClusterKey ParseKey(string name, string text)
    {
        var key = new byte[ClusterKey.Length];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == key.Length
            ? new ClusterKey(key)
            : throw new StartupException($"{name}: holds no cluster key; give {ClusterKey.Length} bytes in base64, as 'openssl rand -base64 {ClusterKey.Length}' makes them");
    }

    private static IReadOnlyList<Uri> ReadControlUrls(HostSettings host, PlatformSettings platform, bool isTls)
    {
        if (platform.ControlUrls.Count == 0)
        {
            if (!host.Roles.HasFlag(Roles.Control))
            {
                throw new StartupException("Platform:ControlUrls: other roles ask control planes; give their internal listeners (Platform__ControlUrls__0=http://10.0.0.1:9080, …)");
            }

            var own = host.InternalUrls[0];
            return own.Port != 0
                ? [Advertised(platform, new Uri(own.ToString()))]
                : throw new StartupException("--internal-urls: a control plane's port is known to others beforehand; give one");
        }

        return ReadUrls("Platform:ControlUrls", platform.ControlUrls, isTls);
    }

    private static IReadOnlyList<Uri> ReadUrls(string setting, IReadOnlyList<string> texts, bool isTls) =>
        [.. texts.Select(text =>
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == (isTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp) && url.PathAndQuery == "/"
                ? url
                : throw new StartupException($"{setting} '{text}': give scheme ({(isTls ? "https, as Platform:Internal has a certificate" : "http, as Platform:Internal has no certificate")}), host and port only"))];

    private static ClusterTls? ReadTls(InternalSettings settings)
    {
        if (settings is { CertificatePath: null, KeyPath: null, AuthorityPath: null })
        {
            return null;
        }

        if (settings is not { CertificatePath: { } certificate, KeyPath: { } key, AuthorityPath: { } authority })
        {
            throw new StartupException("Platform:Internal: CertificatePath, KeyPath and AuthorityPath go together; give all three, or none");
        }

        var tls = new ClusterTls(certificate, key, authority);
        try
        {
            tls.Check();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Platform:Internal: {OneLine.Of(e.Message)}; give PEM files that this user can read");
        }

        return tls;
    }

    private static IPAddress FirstAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(static nic => nic.OperationalStatus == OperationalStatus.Up && nic.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(static nic => nic.GetIPProperties().UnicastAddresses)
        .Select(static unicast => unicast.Address)
        .OrderBy(static address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
        .FirstOrDefault(static address => !address.IsIPv6LinkLocal)
        ?? throw new StartupException("Platform:AdvertiseUrl: this machine has no address that others reach it by; set it to the internal listener's URL as others see it");
}
