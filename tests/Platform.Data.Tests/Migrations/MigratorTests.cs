using Platform.Data.Migrations;
using Platform.Testing;

namespace Platform.Data.Tests.Migrations;

public class MigratorTests
{
    private static readonly Migration First = new("20260101_01_first", "CREATE TABLE first (id bigint PRIMARY KEY)");
    private static readonly Migration Second = new("20260101_02_second", "CREATE TABLE second (id bigint PRIMARY KEY)");

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.Postgres];

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_EmptyDatabase_AppliesAllOnce(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();

        var first = await MigrateAsync(database, First);
        var second = await MigrateAsync(database, First, Second);
        var third = await MigrateAsync(database, First, Second);

        Assert.True(first.Created);
        Assert.Equal([First.Id], first.Applied);
        Assert.False(second.Created);
        Assert.Equal([Second.Id], second.Applied);
        Assert.Empty(third.Applied);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_ManyProcessesAtOnce_AppliesEachOnce(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        var databases = Enumerable.Range(0, 4).Select(_ => test.Open()).ToArray();

        var results = await Task.WhenAll(databases.Select(database => Task.Run(() => MigrateAsync(database, First, Second))));

        Assert.Single(results, result => result.Created);
        Assert.Equal([First.Id, Second.Id], results.SelectMany(result => result.Applied));
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_SchemaOfANewerProgram_GoesOnAndSaysSo(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        await MigrateAsync(database, First, Second);

        var result = await MigrateAsync(database, First);

        Assert.Equal([Second.Id], result.Newer);
        Assert.False(result.Created);
        Assert.Empty(result.Applied);
        Assert.Empty((await MigrateAsync(database, First, Second)).Newer);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_StepOfAnotherLineOfPrograms_ThrowsSchemaTooNew(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        await MigrateAsync(database, First);

        var e = await Assert.ThrowsAsync<SchemaTooNewException>(() => MigrateAsync(database, Second));

        Assert.Contains(First.Id, e.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_AppliedStepChanged_ThrowsMigrationChanged(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        await MigrateAsync(database, First);

        await Assert.ThrowsAsync<MigrationChangedException>(() => MigrateAsync(database, First with { Sql = "CREATE TABLE other (id bigint)" }));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_StepFails_LeavesTheSchemaAsItWas(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        await MigrateAsync(database, First);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => MigrateAsync(database, First, Second, new Migration("20260101_03_broken", "CREATE TABLE first (id bigint)")));

        Assert.Equal([Second.Id], (await MigrateAsync(database, First, Second)).Applied);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrate_EmbeddedSteps_Apply(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        var steps = Migration.Embedded(dialect == Dialect.Postgres ? "postgres" : "sqlite");

        Assert.Equal(steps.Select(step => step.Id), (await MigrateAsync(database, [.. steps])).Applied);
    }

    [Fact]
    public async Task Migrate_PostgresNotListening_ThrowsUnreachableWithTheSettingAndWithoutThePassword()
    {
        await using var database = Database.OpenPostgres("Host=127.0.0.1;Port=1;Username=platform;Password=hunter2;Database=platform");

        var e = await Assert.ThrowsAsync<StoreUnreachableException>(() => MigrateAsync(database, First));

        Assert.Contains("ConnectionStrings:Postgres", e.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public async Task Migrate_FileIsNoDatabase_ThrowsUnreachableNamingTheFile()
    {
        await using var test = await TestDatabase.CreateAsync(Dialect.Sqlite);
        var file = Path.Combine(test.Directory!, "platform.db");
        await File.WriteAllTextAsync(file, new string('x', 4096));
        await using var database = test.Open();

        var e = await Assert.ThrowsAsync<StoreUnreachableException>(() => MigrateAsync(database, First));

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    private static Task<MigrationResult> MigrateAsync(Database database, params Migration[] migrations) =>
        Migrator.MigrateAsync(database, migrations, TimeProvider.System, CancellationToken.None);
}
