namespace Platform.Host.Settings;

/// <summary>What the command line says.</summary>
internal sealed record HostSettings
{
    /// <summary>Where to listen (<c>--urls</c>, several separated by <c>;</c>). Default <c>http://127.0.0.1:8080</c>.</summary>
    public required IReadOnlyList<ListenUrl> Urls { get; init; }

    /// <summary>Where other processes of the cluster are listened to (<c>--internal-urls</c>, several separated by <c>;</c>). Default nowhere.</summary>
    public required IReadOnlyList<ListenUrl> InternalUrls { get; init; }

    /// <summary>Where everything is kept (<c>--data-dir</c>), as given. Default <c>.platform</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What this process does (<c>--roles</c>). Default <see cref="Roles.All"/>.</summary>
    public required Roles Roles { get; init; }

    /// <summary>Whether a new store gets the sample app when listening on loopback only (<c>--demo</c>). Default true.</summary>
    public required bool Demo { get; init; }

    /// <summary>Whether this process has a role.</summary>
    public bool Is(Roles role) => Roles.HasFlag(role);

    /// <summary>Nobody outside this machine can reach the process.</summary>
    public bool LoopbackOnly => Urls.All(url => url.IsLoopback);

    /// <summary>It is listened on an https address.</summary>
    public bool HasTls => Urls.Any(url => url.IsTls);

    /// <summary>A new store gets the sample app: it is deployed over loopback, without TLS.</summary>
    public bool WantsDemo => Demo && LoopbackOnly && Urls.Any(url => !url.IsTls);
}
