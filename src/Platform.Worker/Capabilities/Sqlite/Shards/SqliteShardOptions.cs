namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>What a process of the role <c>sqlite</c> is told.</summary>
/// <param name="Shard">Its place in <c>Platform:SqliteUrls</c>, from 0.</param>
/// <param name="BackupInterval">How often changed databases are copied to the store: what the loss of its volume loses at most.</param>
/// <param name="DataDirectory">Its volume.</param>
public sealed record SqliteShardOptions(int Shard, TimeSpan BackupInterval, string DataDirectory);
