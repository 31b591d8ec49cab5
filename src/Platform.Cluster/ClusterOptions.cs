using Platform.Cluster.Security;

namespace Platform.Cluster;

/// <summary>What a process of a cluster knows of it.</summary>
public sealed record ClusterOptions
{
    /// <summary>Names this process for as long as it runs.</summary>
    public required string NodeId { get; init; }

    /// <summary>What this process is.</summary>
    public required NodeRoles Roles { get; init; }

    /// <summary>Shared by all processes of the cluster.</summary>
    public required ClusterKey Key { get; init; }

    /// <summary>A second key, which is taken too while the key is changed.</summary>
    public ClusterKey? OtherKey { get; init; }

    /// <summary>Internal listeners of control planes, any of which is asked.</summary>
    public required IReadOnlyList<Uri> ControlUrls { get; init; }

    /// <summary>Internal listeners of the processes that keep SQLite databases, in the order of their numbers.</summary>
    public IReadOnlyList<Uri> SqliteUrls { get; init; } = [];

    /// <summary>Certificate, key and authority of the internal listeners; null for cleartext.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Where this process keeps what it may start from.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where it is, for people and for the list of workers.</summary>
    public string? Zone { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }
}
