using System.Data.Common;
using System.Text.Json;
using Dapper;
using Platform.Data.Migrations;

namespace Platform.Data.Backups;

/// <summary>What a restore leaves in a PostgreSQL store, in the transaction that puts everything there: by it a restore whose commit got no answer is known to have gone through.</summary>
/// <param name="Id">Names the restore.</param>
/// <param name="MadeAt">When the backup was made.</param>
public sealed record RestoreMark(string Id, DateTimeOffset MadeAt)
{
    private const string Name = "restored";

    // Longer than a commit takes whose answer was lost.
    private const string Patience = "SET LOCAL lock_timeout = '30s'";

    /// <summary>Looks for a restore, once the transaction of one is over that may still be there.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The restore.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DbException">The database can't be asked, or the transaction isn't over.</exception>
    public static async Task<RestoreMark?> FindAsync(Database database, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(Patience);
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = Migrator.AdvisoryLock });
        return await connection.ExecuteScalarAsync<bool>("SELECT to_regclass('store_keys') IS NOT NULL")
            && await connection.QuerySingleOrDefaultAsync<byte[]>("SELECT value FROM store_keys WHERE name = @Name", new { Name }) is { } text
            && JsonSerializer.Deserialize<RestoreMark>(text, JsonSerializerOptions.Web) is { } mark
            && mark.Id == id
            ? mark
            : null;
    }

    /// <summary>Leaves it, in place of that of an older restore, which the backup may have.</summary>
    public Task LeaveAsync(DbConnection store) => store.ExecuteAsync(
        "INSERT INTO store_keys (name, value) VALUES (@Name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", new { Name, value = JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web) });
}
