using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>What running the roles in processes of their own would need.</summary>
internal static class RolesApart
{
    /// <summary>Refuses anything but <see cref="Roles.All"/>, naming first what is missing anyway.</summary>
    /// <exception cref="StartupException">The roles are apart.</exception>
    public static void Refuse(Roles roles, IConfiguration configuration)
    {
        if (roles == Roles.All)
        {
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["Postgres", "Redis"])
        {
            if (string.IsNullOrWhiteSpace(configuration.GetConnectionString(name)))
            {
                throw new StartupException(
                    $"--roles: roles apart need ConnectionStrings:{name}; set the environment variable ConnectionStrings__{name}, or run --roles all");
            }
        }

        throw new StartupException("--roles: this release runs all roles in one process only; start it with --roles all");
    }
}
