using System.Data.Common;
using System.Globalization;
using System.Net;
using Npgsql;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>Addresses of PostgreSQL servers, as libpq and Spin take them. Only what is known is passed on: other parameters name files of the host.</summary>
internal static class PostgresAddress
{
    private static readonly string[] s_known = ["sslmode", "application_name", "connect_timeout", "host", "port", "user", "password", "dbname"];

    /// <summary>Reads a URL, or keywords and values.</summary>
    /// <exception cref="CapabilityException">It is neither, or has a parameter that isn't supported.</exception>
    public static ServerAddress Parse(string text)
    {
        var server = text.Contains("://", StringComparison.Ordinal)
            ? ServerAddress.Parse(text, ("postgres", 5432), ("postgresql", 5432)) with { Scheme = "postgres" }
            : ParseKeywords(text);
        foreach (var (name, value) in server.Parameters())
        {
            if (!s_known.Contains(name, StringComparer.OrdinalIgnoreCase) || (name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) && ModeOf(value) is null))
            {
                throw ServerAddress.Invalid($"the address has the parameter {name}={value}, which isn't supported");
            }
        }

        return server;
    }

    /// <summary>A pool of connections to an address of the server.</summary>
    public static DbDataSource CreatePool(ServerAddress server, IPAddress address)
    {
        var parameters = server.Parameters();
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            Host = address.ToString(),
            Port = server.Port,
            Username = server.User ?? "postgres",
            Database = server.Path.Length > 0 ? server.Path : server.User ?? "postgres",
            SslMode = ModeOf(parameters.GetValueOrDefault("sslmode", "prefer"))!.Value,
            GssEncryptionMode = GssEncryptionMode.Disable,
            RequireAuth = "Password,MD5,ScramSHA256,None",
            ApplicationName = parameters.GetValueOrDefault("application_name"),
            MaxPoolSize = 20,
            ConnectionIdleLifetime = 60,
            Timeout = 10,
            CommandTimeout = 30,
            IncludeErrorDetail = true,
            Enlist = false,
        }.ConnectionString);

        // A password of its own, so that none of this process' environment or files is ever sent; the name that certificates are held against; no certificate of this machine's.
        builder.UsePasswordProvider(_ => server.Password ?? "", (_, _) => new ValueTask<string>(server.Password ?? ""));
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        builder.UseSslClientAuthenticationOptionsCallback(options =>
        {
            options.TargetHost = server.Host;
            options.ClientCertificates = null;
        });
        return builder.Build();
    }

    private static SslMode? ModeOf(string mode) => mode switch
    {
        "disable" => SslMode.Disable,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => null,
    };

    // host=example.com user='a name' ...: the rest of libpq's form goes into the query.
    private static ServerAddress ParseKeywords(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                if (text[at..].Trim().Length > 0)
                {
                    throw ServerAddress.Invalid();
                }

                break;
            }

            var name = text[at..equals].Trim();
            var start = equals + 1;
            var isQuoted = start < text.Length && text[start] == '\'';
            var end = isQuoted ? text.IndexOf('\'', start + 1) : text.IndexOf(' ', start);
            end = end < 0 ? isQuoted ? throw ServerAddress.Invalid() : text.Length : end;
            values[name] = isQuoted ? text[(start + 1)..end] : text[start..end];
            at = isQuoted ? end + 1 : end;
        }

        var port = values.GetValueOrDefault("port", "5432");
        var host = values.GetValueOrDefault("host", "");
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ServerAddress(
                "postgres",
                host,
                number,
                values.GetValueOrDefault("user"),
                values.GetValueOrDefault("password"),
                values.GetValueOrDefault("dbname", ""),
                "?" + string.Join('&', values.Where(static pair => pair.Key is not ("host" or "port" or "user" or "password" or "dbname"))
                    .Select(static pair => $"{WebUtility.UrlEncode(pair.Key)}={WebUtility.UrlEncode(pair.Value)}")))
            : throw ServerAddress.Invalid();
    }
}
