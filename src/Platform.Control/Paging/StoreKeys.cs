using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Platform.Data;

namespace Platform.Control.Paging;

/// <summary>Random keys that belong to the store, made once and shared by every process that uses it. Loaded at start.</summary>
internal sealed class StoreKeys(Database database)
{
    private byte[]? _cursor;
    private byte[]? _traffic;

    /// <summary>Authenticates cursors; 32 bytes.</summary>
    public byte[] Cursor => _cursor ?? throw new InvalidOperationException("The store's keys are not loaded yet.");

    /// <summary>From it follow the keys that authenticate the cookies of split apps; 32 bytes.</summary>
    public byte[] Traffic => _traffic ?? throw new InvalidOperationException("The store's keys are not loaded yet.");

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _cursor = await LoadAsync("cursor", cancellationToken);
        _traffic = await LoadAsync("traffic", cancellationToken);
    }

    /// <summary>The store's first key, which no other store has but a copy of it; null when no platform ever started on it.</summary>
    public static Task<byte[]?> FindCursorAsync(DbConnection store) => store.QuerySingleOrDefaultAsync<byte[]>("SELECT value FROM store_keys WHERE name = 'cursor'");

    private async Task<byte[]?> LoadAsync(string name, CancellationToken cancellationToken)
    {
        // Processes that start together both offer a key; all then read the one that came first.
        await database.ExecuteAsync(
            "INSERT INTO store_keys (name, value) VALUES (@name, @value) ON CONFLICT DO NOTHING",
            new { name, value = RandomNumberGenerator.GetBytes(32) },
            cancellationToken);
        return await database.FindAsync<byte[]>("SELECT value FROM store_keys WHERE name = @name", new { name }, cancellationToken);
    }
}
