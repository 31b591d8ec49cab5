using Platform.Worker.Capabilities.Sqlite;

namespace Platform.Worker.Tests.Capabilities.Sqlite;

/// <summary>Databases in this process.</summary>
public sealed class LocalSqliteTests : SqliteHostTests
{
    private protected override Task<ISqliteHost> HostAsync(long bytes, TimeSpan statementTime) =>
        Task.FromResult<ISqliteHost>(new LocalSqliteHost(Home.Path, bytes, statementTime));
}
