namespace Platform.FunctionalTests.Stopping;

public sealed class PostgresKillTests(KilledOnPostgres platform) : KillTests(platform), IClassFixture<KilledOnPostgres>;
