namespace Platform.FunctionalTests.Stopping;

public sealed class SqliteKillTests(KilledOnSqlite platform) : KillTests(platform), IClassFixture<KilledOnSqlite>;
