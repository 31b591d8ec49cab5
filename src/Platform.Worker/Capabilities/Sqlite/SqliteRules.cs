using System.Collections.Frozen;
using SQLitePCL;

namespace Platform.Worker.Capabilities.Sqlite;

/// <summary>
/// What guests' SQL may not do (https://www.sqlite.org/security.html): other files (ATTACH, VACUUM INTO), extensions, settings of the connection, and what takes memory
/// or time out of proportion.
/// </summary>
internal static class SqliteRules
{
    // Bytes of a string, blob or row.
    private const int MaxLength = 10_000_000;

    // Pragmas that tell of the schema, or change what only concerns the statement's own meaning.
    private static readonly FrozenSet<string> s_pragmas = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list", "foreign_key_check", "foreign_keys", "defer_foreign_keys",
        "user_version", "application_id", "integrity_check", "quick_check", "optimize", "recursive_triggers", "collation_list", "function_list", "compile_options",
        "encoding", "data_version", "page_count", "freelist_count", "page_size", "case_sensitive_like");

    // Of those, the ones that may only be asked for.
    private static readonly FrozenSet<string> s_readOnly = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "encoding", "page_size");

    // Kept for the process' life: SQLite calls it from native code.
    private static readonly strdelegate_authorizer s_authorize = Authorize;

    /// <summary>Puts the rules on a connection, after its own settings.</summary>
    public static void Apply(sqlite3 connection)
    {
        (int Id, int Value)[] limits =
        [
            (0, MaxLength), // SQLITE_LIMIT_LENGTH
            (1, 1_000_000), // SQL_LENGTH
            (3, 200), // EXPR_DEPTH
            (4, 100), // COMPOUND_SELECT
            (5, 1_000_000), // VDBE_OP
            (7, 0), // ATTACHED
            (8, 1000), // LIKE_PATTERN_LENGTH
            (10, 100), // TRIGGER_DEPTH
            (11, 0), // WORKER_THREADS
        ];
        foreach (var (id, value) in limits)
        {
            raw.sqlite3_limit(connection, id, value);
        }

        // SQLITE_DBCONFIG_DEFENSIVE, _TRUSTED_SCHEMA.
        raw.sqlite3_db_config(connection, 1010, 1, out _);
        raw.sqlite3_db_config(connection, 1017, 0, out _);
        raw.sqlite3_set_authorizer(connection, s_authorize, null);
    }

    private static int Authorize(object user, int action, string? first, string? second, string? database, string? inner) => action switch
    {
        raw.SQLITE_ATTACH or raw.SQLITE_DETACH => raw.SQLITE_DENY,
        raw.SQLITE_PRAGMA => first is not null && s_pragmas.Contains(first) && (second is null || !s_readOnly.Contains(first)) ? raw.SQLITE_OK : raw.SQLITE_DENY,
        raw.SQLITE_FUNCTION when string.Equals(second, "load_extension", StringComparison.OrdinalIgnoreCase) => raw.SQLITE_DENY,
        _ => raw.SQLITE_OK,
    };
}
