namespace Platform.Cluster;

/// <summary>The parts that a process of a cluster can be.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>REST API and store.</summary>
    Control = 1,

    /// <summary>Routes requests to workers.</summary>
    Gateway = 2,

    /// <summary>Runs guests.</summary>
    Worker = 4,

    /// <summary>Keeps apps' SQLite databases.</summary>
    Sqlite = 8,
}
