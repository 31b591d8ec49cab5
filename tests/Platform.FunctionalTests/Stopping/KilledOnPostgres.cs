using Platform.Testing;

namespace Platform.FunctionalTests.Stopping;

/// <summary>On PostgreSQL.</summary>
public sealed class KilledOnPostgres() : KilledPlatform(static async () => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
