namespace Platform.FunctionalTests.Stopping;

/// <summary>On SQLite.</summary>
public sealed class KilledOnSqlite() : KilledPlatform(static () => Task.FromResult<string?>(null));
