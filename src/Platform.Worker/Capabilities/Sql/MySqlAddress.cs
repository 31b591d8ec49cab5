using System.Data.Common;
using System.Net;
using System.Net.Security;
using MySqlConnector;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>Addresses of MySQL servers: <c>mysql://user:password@host:port/database?ssl-mode=disabled</c>. Only what is known is passed on.</summary>
internal static class MySqlAddress
{
    /// <summary>Reads a URL.</summary>
    /// <exception cref="CapabilityException">It is none, or has a parameter that isn't supported.</exception>
    public static ServerAddress Parse(string text)
    {
        var server = ServerAddress.Parse(text, ("mysql", 3306));
        foreach (var (name, value) in server.Parameters())
        {
            if (!name.Equals("ssl-mode", StringComparison.OrdinalIgnoreCase) || ModeOf(value) is null)
            {
                throw ServerAddress.Invalid($"the address has the parameter {name}={value}, which isn't supported");
            }
        }

        return server;
    }

    /// <summary>A pool of connections to an address of the server.</summary>
    public static DbDataSource CreatePool(ServerAddress server, IPAddress address)
    {
        var mode = ModeOf(server.Parameters().GetValueOrDefault("ssl-mode", "preferred"))!.Value;
        var builder = new MySqlDataSourceBuilder(new MySqlConnectionStringBuilder
        {
            Server = address.ToString(),
            Port = (uint)server.Port,
            UserID = server.User ?? "root",
            Password = server.Password ?? "",
            Database = server.Path,
            SslMode = mode == MySqlSslMode.VerifyFull ? MySqlSslMode.VerifyCA : mode,
            AllowLoadLocalInfile = false,
            AllowPublicKeyRetrieval = true,
            AllowUserVariables = true,
            MaximumPoolSize = 20,
            ConnectionIdleTimeout = 60,
            ConnectionTimeout = 10,
            DefaultCommandTimeout = 30,
            GuidFormat = MySqlGuidFormat.None,
            TreatTinyAsBoolean = false,
            ConvertZeroDateTime = false,
            AutoEnlist = false,
        }.ConnectionString);
        if (mode == MySqlSslMode.VerifyFull)
        {
            // The client connects to the address that was checked: the certificate's name is held against the server's own here.
            builder.UseRemoteCertificateValidationCallback((_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
                && certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 one && one.MatchesHostname(server.Host));
        }

        return builder.Build();
    }

    private static MySqlSslMode? ModeOf(string mode) => mode.ToLowerInvariant() switch
    {
        "disabled" => MySqlSslMode.Disabled,
        "preferred" => MySqlSslMode.Preferred,
        "required" => MySqlSslMode.Required,
        "verify_ca" => MySqlSslMode.VerifyCA,
        "verify_identity" => MySqlSslMode.VerifyFull,
        _ => null,
    };
}
