using System.Data.Common;
using Dapper;

namespace Platform.Data.Backups;

/// <summary>What PostgreSQL's catalogue says of the platform's schema, which is the connection's current one. What belongs to an extension isn't the platform's.</summary>
internal static class PostgresCatalog
{
    private const string Ours =
        """
        FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        """;

    /// <summary>A relation of the schema, so that it isn't empty; null when it is.</summary>
    public static Task<string?> FindAnyAsync(DbConnection connection) =>
        connection.ExecuteScalarAsync<string?>($"SELECT c.relname {Ours} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY c.relkind DESC, c.relname LIMIT 1");

    /// <summary>The tables that have rows of their own: partitions, and those that aren't divided, each after those that its foreign keys refer to.</summary>
    public static async Task<IReadOnlyList<PostgresTable>> TablesAsync(DbConnection connection)
    {
        var rows = await connection.QueryAsync<(long Id, string Name, string[] Columns, string? Parent, string? Bound)>(
            $"""
            SELECT c.oid::bigint, c.relname,
                ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum),
                (SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid),
                pg_get_expr(c.relpartbound, c.oid)
            {Ours} AND c.relkind = 'r' ORDER BY c.relname
            """);
        var references = (await connection.QueryAsync<(long From, long To)>(
            "SELECT conrelid::bigint, confrelid::bigint FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid")).ToLookup(row => row.From, row => row.To);
        var waiting = rows.ToDictionary(row => row.Id);
        var ordered = new List<PostgresTable>();
        while (waiting.Count > 0)
        {
            var next = waiting.Values.Where(row => !references[row.Id].Any(waiting.ContainsKey)).ToList();
            if (next.Count == 0)
            {
                throw new InvalidOperationException($"The foreign keys of {string.Join(", ", waiting.Values.Select(row => row.Name))} go round in a circle.");
            }

            foreach (var row in next)
            {
                waiting.Remove(row.Id);
                ordered.Add(new PostgresTable(row.Name, row.Columns, row.Parent, row.Bound));
            }
        }

        return [.. ordered.OrderBy(table => table.Parent is null)];
    }

    /// <summary>The columns of a table that aren't made of others, and their types as SQL names them.</summary>
    public static async Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(DbConnection connection, string table) =>
    [
        .. await connection.QueryAsync<(string, string)>(
            """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
            WHERE a.attrelid = @table::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attname COLLATE "C"
            """,
            new { table = Quote(table) }),
    ];

    /// <summary>The sequences that number tables' rows, by the table.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> IdentitiesAsync(DbConnection connection) =>
        (await connection.QueryAsync<(string Table, string Sequence)>(
            $"""
            SELECT c.relname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) {Ours.Replace("FROM pg_class c", "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid", StringComparison.Ordinal)}
            AND c.relkind = 'r' AND a.attidentity <> ''
            """)).ToDictionary(static row => row.Table, static row => row.Sequence, StringComparer.Ordinal);

    /// <summary>Where each sequence stands now, whatever the transaction's snapshot.</summary>
    public static async Task<IReadOnlyList<PostgresSequence>> SequencesAsync(DbConnection connection)
    {
        var sequences = new List<PostgresSequence>();
        foreach (var name in await connection.QueryAsync<string>($"SELECT c.relname {Ours} AND c.relkind = 'S' ORDER BY c.relname"))
        {
            var (last, isCalled) = await connection.QuerySingleAsync<(long, bool)>($"SELECT last_value, is_called FROM {Quote(name)}");
            sequences.Add(new PostgresSequence(name, last, isCalled));
        }

        return sequences;
    }

    /// <summary>A name as an identifier of SQL.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Names as a list of them.</summary>
    public static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));
}
