using System.Text.RegularExpressions;
using Platform.Data.Migrations;
using Platform.Testing;

namespace Platform.Data.Tests.Migrations;

/// <summary>
/// The schema is only ever widened, so that the program of the version before runs on it: no table or column goes or changes its type, its default or whether it may be null; a new column of an old table may be left out by
/// an INSERT; and an old table gets no new rule that one of yesterday's statements could break.
/// </summary>
public partial class SchemaWideningTests
{
    /// <summary>What is allowed in spite of that, with the reason.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["trigger tenant_blobs.tenant_blobs_added"] = "keeps tenants.storage_bytes, and refuses nothing",
        ["trigger tenant_blobs.tenant_blobs_counted"] = "keeps tenants.storage_bytes, and refuses nothing",
        ["trigger tenant_blobs.tenant_blobs_removed"] = "keeps tenants.storage_bytes, and refuses nothing",
    };

    public static TheoryData<Dialect, string> Folders => new() { { Dialect.Sqlite, "sqlite" }, { Dialect.Postgres, "postgres" }, { Dialect.Sqlite, "sqlite-telemetry" } };

    [Theory, MemberData(nameof(Folders))]
    public async Task Migrations_OneByOne_OnlyWiden(Dialect dialect, string folder)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        var steps = Migration.Embedded(folder);
        var broken = new List<string>();
        Schema? before = null;
        for (var i = 0; i < steps.Count; i++)
        {
            await Migrator.MigrateAsync(database, [.. steps.Take(i + 1)], TimeProvider.System, CancellationToken.None);
            var after = await ReadAsync(database);
            Assert.NotEmpty(after.Columns);
            broken.AddRange(before is null ? [] : Narrowed(before, after).Select(what => $"{steps[i].Id}: {what}"));
            before = after;
        }

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("ALTER TABLE t DROP COLUMN b", "column t.b is gone")]
    [InlineData("DROP TABLE t", "column t.a is gone")]
    [InlineData("ALTER TABLE t RENAME COLUMN b TO c", "column t.b is gone")]
    [InlineData("CREATE UNIQUE INDEX only_one ON t (b)", "rule unique index t.only_one is new")]
    [InlineData("CREATE TRIGGER refuse BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'no'); END", "rule trigger t.refuse is new")]
    public async Task Narrowing_OnSqlite_IsFound(string sql, string found) => Assert.Contains(found, await NarrowAsync(Dialect.Sqlite, sql));

    [Theory]
    [InlineData("ALTER TABLE t ADD COLUMN c bigint NOT NULL DEFAULT 0; ALTER TABLE t ALTER COLUMN c DROP DEFAULT", "column t.c is new and must be given")]
    [InlineData("ALTER TABLE t ALTER COLUMN b TYPE text", "column t.b was integer null default none and is text null default none")]
    [InlineData("ALTER TABLE t ALTER COLUMN b SET NOT NULL", "column t.b was integer null default none and is integer not null default none")]
    [InlineData("ALTER TABLE t ADD CONSTRAINT positive CHECK (b > 0)", "rule constraint t.positive is new")]
    public async Task Narrowing_OnPostgres_IsFound(string sql, string found) => Assert.Contains(found, await NarrowAsync(Dialect.Postgres, sql));

    private static async Task<IEnumerable<string>> NarrowAsync(Dialect dialect, string sql)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        await using var database = test.Open();
        await database.ExecuteAsync("CREATE TABLE t (a integer PRIMARY KEY, b integer)", null, CancellationToken.None);
        var before = await ReadAsync(database);
        await database.ExecuteAsync(sql, null, CancellationToken.None);
        return Narrowed(before, await ReadAsync(database));
    }

    private static IEnumerable<string> Narrowed(Schema before, Schema after)
    {
        var tables = before.Columns.Select(static column => column.Table).ToHashSet(StringComparer.Ordinal);
        foreach (var column in before.Columns)
        {
            var now = after.Columns.FirstOrDefault(other => other.Table == column.Table && other.Name == column.Name);
            if (now is null)
            {
                yield return $"column {column.Table}.{column.Name} is gone";
            }
            else if (now != column)
            {
                yield return $"column {column.Table}.{column.Name} was {Describe(column)} and is {Describe(now)}";
            }
        }

        foreach (var column in after.Columns.Where(column => tables.Contains(column.Table) && column.IsRequired == 1 && column.DefaultText is null))
        {
            if (!before.Columns.Any(other => other.Table == column.Table && other.Name == column.Name))
            {
                yield return $"column {column.Table}.{column.Name} is new and must be given";
            }
        }

        foreach (var rule in after.Rules.Except(before.Rules, StringComparer.Ordinal).Where(rule => !Allowed.ContainsKey(rule) && tables.Contains(TableOf().Match(rule).Groups[1].Value)))
        {
            yield return $"rule {rule} is new";
        }
    }

    private static string Describe(Column column) => $"{column.Type} {(column.IsRequired == 1 ? "not null" : "null")} default {column.DefaultText ?? "none"}";

    private static async Task<Schema> ReadAsync(Database database)
    {
        if (database.Dialect == Dialect.Sqlite)
        {
            return new Schema(
                await database.QueryAsync<Column>(
                    """
                    SELECT m.name AS "Table", c.name AS Name, lower(c.type) AS Type, CASE WHEN c."notnull" = 1 THEN 1 ELSE 0 END AS IsRequired, c.dflt_value AS DefaultText
                    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                    """,
                    null,
                    CancellationToken.None),
                await database.QueryAsync<string>(
                    """
                    SELECT CASE type WHEN 'trigger' THEN 'trigger ' ELSE 'unique index ' END || tbl_name || '.' || name FROM sqlite_master
                    WHERE type = 'trigger' OR (type = 'index' AND sql LIKE 'CREATE UNIQUE%')
                    """,
                    null,
                    CancellationToken.None));
        }

        // A foreign key of a new table isn't here: it is a rule of that table.
        return new Schema(
            await database.QueryAsync<Column>(
                """
                SELECT table_name AS "Table", column_name AS Name, data_type AS Type, CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS IsRequired,
                COALESCE(column_default, CASE WHEN is_identity = 'YES' THEN 'identity' END) AS DefaultText FROM information_schema.columns WHERE table_schema = 'public'
                """,
                null,
                CancellationToken.None),
            await database.QueryAsync<string>(
                """
                SELECT 'constraint ' || c.conrelid::regclass || '.' || c.conname FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('c', 'u', 'f', 'x')
                UNION ALL
                SELECT 'unique index ' || i.indrelid::regclass || '.' || r.relname FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
                WHERE i.indisunique AND NOT i.indisprimary AND r.relnamespace = 'public'::regnamespace
                UNION ALL
                SELECT 'trigger ' || t.tgrelid::regclass || '.' || t.tgname FROM pg_trigger t WHERE NOT t.tgisinternal
                """,
                null,
                CancellationToken.None));
    }

    [GeneratedRegex(@" ([^ .]+)\.[^.]*$")]
    private static partial Regex TableOf();

    private sealed record Schema(List<Column> Columns, List<string> Rules);

    private sealed record Column
    {
        public required string Table { get; init; }

        public required string Name { get; init; }

        public required string Type { get; init; }

        public required long IsRequired { get; init; }

        public string? DefaultText { get; init; }
    }
}
