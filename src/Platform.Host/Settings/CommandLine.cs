using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>Reads the command line. What it doesn't know it refuses: a mistyped option must not run with the default.</summary>
internal static class CommandLine
{
    /// <summary>How to call the program.</summary>
    public const string Usage =
        """
        Platform.Host [--urls http://127.0.0.1:8080] [--data-dir .platform] [--roles all] [--demo true] [--internal-urls http://10.0.0.1:9080]
          --urls      where to listen, several separated by ';' (https://ADDRESS:PORT needs Platform:Tls:CertificatePath)
          --data-dir  where everything is kept
          --roles     all, or any of control,gateway,worker,sqlite: processes of a cluster, see docs/operations.md
          --internal-urls  where a process of a cluster listens for the others, never for anybody else
          --demo      whether a new store that listens on loopback only gets the sample app 'hello' of tenant 'demo'
        Platform.Host new-operator-token [--data-dir .platform]   makes a new operator's token for one that was lost
        Platform.Host rotate-master-key [--data-dir .platform]    makes a new master key and encrypts secrets anew; the platform must not run
        Platform.Host backup --to FILE [--with-keys true] [--data-dir .platform]   writes everything into one file, also while the platform runs
          --with-keys also the master key and the operator's token: whoever has the file then has everything (default false)
        Platform.Host restore --from FILE [--data-dir .platform]  puts a backup into an empty data directory (and database); the platform must not run
        Platform.Host move [--sqlite-data DIR] [--data-dir .platform]   moves everything to ConnectionStrings__Postgres and ConnectionStrings__Redis; the platform must not run
          --sqlite-data  the new data directory for apps' SQLite databases, needed when there are any
        Platform.Host health [--url http://127.0.0.1:8080/healthz]   ends with 0 when a platform answers there that it is healthy, else with 1
        Settings come from the environment, '__' for ':' (ConnectionStrings__Postgres, Platform__BaseDomain, ...): see docs/operations.md
        """;

    private static readonly string[] Names = ["--urls", "--data-dir", "--roles", "--demo", "--internal-urls"];

    /// <summary>Reads options of the forms <c>--name value</c> and <c>--name=value</c>.</summary>
    /// <exception cref="StartupException">An option isn't known, is given twice, has no value or a wrong one.</exception>
    public static HostSettings Parse(IReadOnlyList<string> arguments)
    {
        var given = Read(arguments, Names);
        return new HostSettings
        {
            Urls = ParseUrls("--urls", given.GetValueOrDefault("--urls") ?? "http://127.0.0.1:8080"),
            InternalUrls = ParseUrls("--internal-urls", given.GetValueOrDefault("--internal-urls") ?? ""),
            DataDirectory = DataDirectoryOf(given),
            Roles = ParseRoles(given.GetValueOrDefault("--roles") ?? "all"),
            Demo = ParseFlag("--demo", given.GetValueOrDefault("--demo") ?? "true"),
        };
    }

    /// <summary>Reads the options of a command, which is the data directory only.</summary>
    /// <exception cref="StartupException">Another option is there.</exception>
    public static string ParseDataDirectory(IReadOnlyList<string> arguments) => DataDirectoryOf(Read(arguments, ["--data-dir"]));

    /// <summary>Reads the options of the command that makes a backup.</summary>
    /// <exception cref="StartupException">As <see cref="Parse"/>.</exception>
    public static BackupSettings ParseBackup(IReadOnlyList<string> arguments)
    {
        var given = Read(arguments, ["--to", "--with-keys", "--data-dir"]);
        return new BackupSettings(Required(given, "--to"), ParseFlag("--with-keys", given.GetValueOrDefault("--with-keys") ?? "false"), DataDirectoryOf(given));
    }

    /// <summary>Reads the options of the command that restores one.</summary>
    /// <exception cref="StartupException">As <see cref="Parse"/>.</exception>
    public static RestoreSettings ParseRestore(IReadOnlyList<string> arguments)
    {
        var given = Read(arguments, ["--from", "--data-dir"]);
        return new RestoreSettings(Required(given, "--from"), DataDirectoryOf(given));
    }

    /// <summary>Reads the options of the command that moves everything to PostgreSQL and Redis.</summary>
    /// <exception cref="StartupException">As <see cref="Parse"/>.</exception>
    public static MoveSettings ParseMove(IReadOnlyList<string> arguments)
    {
        var given = Read(arguments, ["--sqlite-data", "--data-dir"]);
        return new MoveSettings(given.GetValueOrDefault("--sqlite-data"), DataDirectoryOf(given));
    }

    /// <summary>Reads the options of the command that asks a platform for its health, which is where to ask.</summary>
    /// <exception cref="StartupException">As <see cref="Parse"/>.</exception>
    public static Uri ParseHealth(IReadOnlyList<string> arguments)
    {
        var text = Read(arguments, ["--url"]).GetValueOrDefault("--url") ?? "http://127.0.0.1:8080/healthz";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new StartupException($"--url '{text}': give a URL such as http://127.0.0.1:8080/healthz");
    }

    private static Dictionary<string, string> Read(IReadOnlyList<string> arguments, string[] names)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            if (!names.Contains(parts[0], StringComparer.Ordinal))
            {
                throw new StartupException($"unknown option '{parts[0]}'; known are {string.Join(", ", names)} (other settings come from the environment)");
            }

            var value = parts.Length == 2 ? parts[1] : ++i < arguments.Count ? arguments[i] : string.Empty;
            if (value.Length == 0 || value.StartsWith("--", StringComparison.Ordinal))
            {
                throw new StartupException($"{parts[0]}: has no value; write {parts[0]} VALUE");
            }

            if (!given.TryAdd(parts[0], value))
            {
                throw new StartupException($"{parts[0]}: given twice; give it once");
            }
        }

        return given;
    }

    private static string DataDirectoryOf(Dictionary<string, string> given) => given.GetValueOrDefault("--data-dir") ?? ".platform";

    private static string Required(Dictionary<string, string> given, string name) =>
        given.GetValueOrDefault(name) ?? throw new StartupException($"{name}: is missing; write {name} FILE");

    private static IReadOnlyList<ListenUrl> ParseUrls(string option, string text) =>
        [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => ListenUrl.Parse(url, option))];

    private static Roles ParseRoles(string text)
    {
        Roles roles = 0;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= name switch
            {
                "all" => Roles.All,
                "control" => Roles.Control,
                "gateway" => Roles.Gateway,
                "worker" => Roles.Worker,
                "sqlite" => Roles.Sqlite,
                _ => throw new StartupException($"--roles '{text}': '{name}' is no role; give all, or any of control,gateway,worker,sqlite"),
            };
        }

        return roles;
    }

    private static bool ParseFlag(string name, string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => throw new StartupException($"{name} '{text}': give true or false"),
    };
}
