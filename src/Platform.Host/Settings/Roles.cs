namespace Platform.Host.Settings;

/// <summary>The parts of the platform that a process can be.</summary>
[Flags]
internal enum Roles
{
    /// <summary>REST API and store.</summary>
    Control = 1,

    /// <summary>Routes requests to workers.</summary>
    Gateway = 2,

    /// <summary>Runs guests.</summary>
    Worker = 4,

    /// <summary>Keeps apps' SQLite databases, where workers are processes of their own.</summary>
    Sqlite = 8,

    /// <summary>The whole platform in one process.</summary>
    All = Control | Gateway | Worker,
}
