using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sqlite;

/// <summary>
/// Says which process owns an app's databases, and connects to it: a database's file is only ever opened by its owner. With all roles in one process that is this one,
/// by the lock on its data directory; else a process of the role <c>sqlite</c>, likewise.
/// </summary>
internal interface ISqliteHost
{
    /// <summary>A connection to a database, which is there as soon as something is written into it.</summary>
    /// <param name="app">The app's number.</param>
    /// <param name="shard">The shard that the app's databases are in, when there are several.</param>
    /// <param name="label">The database's label in the manifest.</param>
    /// <exception cref="CapabilityException">There is no such shard.</exception>
    ISqliteConnection Connect(long app, int shard, string label);

    /// <summary>Removes all databases of an app that no version runs any more.</summary>
    /// <exception cref="IOException">Not all could be.</exception>
    Task RemoveAsync(long app, CancellationToken cancellationToken);
}
