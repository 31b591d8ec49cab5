using Platform.Redis;
using Platform.Worker.Capabilities.KeyValue;
using StackExchange.Redis;

namespace Platform.Worker.Backups;

/// <summary>
/// All apps' key-value data on a Redis or Garnet, for who backs it up or restores it. Only values are read: indexes and counters follow from them, so that the three agree after a restore though all of
/// them change while they are read. Values never expire.
/// </summary>
/// <param name="connection">StackExchange.Redis' connection string.</param>
public sealed class KeyValueData(string connection) : IAsyncDisposable
{
    // Of at most 1 MiB each.
    private const int AtOnce = 32;
    private const int PageKeys = 1000;

    // No app's key.
    private const string MoveMark = "platform:move";

    private readonly PlatformRedis _server = new(connection, "platform-backup");

    /// <summary>Whether there is nothing of any app.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => !await NamesAsync(cancellationToken).AnyAsync(cancellationToken);

    /// <summary>All values. One that is there all the while comes at least once, with a value that it had meanwhile.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async IAsyncEnumerable<KeyValueItem> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var database = (await _server.ConnectAsync()).GetDatabase();
        await foreach (var names in NamesAsync(cancellationToken).Chunk(AtOnce).WithCancellation(cancellationToken))
        {
            foreach (var item in await Task.WhenAll(names.Select(name => FindAsync(database, name))))
            {
                if (item is not null)
                {
                    yield return item;
                }
            }
        }
    }

    /// <summary>Puts values; one that is there already is replaced.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async Task WriteAsync(IEnumerable<KeyValueItem> items, CancellationToken cancellationToken)
    {
        var database = (await _server.ConnectAsync()).GetDatabase();
        foreach (var some in items.Chunk(AtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(some.Select(item => KeyValueStore.RestoreAsync(database, item.App, item.Label, item.Key, item.Value)));
        }
    }

    /// <summary>Removes everything of all apps.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        var database = (await _server.ConnectAsync()).GetDatabase();
        await foreach (var names in NamesAsync(cancellationToken).Chunk(PageKeys).WithCancellation(cancellationToken))
        {
            await Task.WhenAll(names.Select(name => database.KeyDeleteAsync(name)));
        }
    }

    /// <summary>The move that was begun into the server; null for none.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async Task<string?> FindMoveAsync() => await (await _server.ConnectAsync()).GetDatabase().StringGetAsync(MoveMark);

    /// <summary>Says that a move is under way, or that none is any more.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    public async Task MarkMoveAsync(string? id)
    {
        var database = (await _server.ConnectAsync()).GetDatabase();
        await (id is null ? database.KeyDeleteAsync(MoveMark) : database.StringSetAsync(MoveMark, id));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<KeyValueItem?> FindAsync(IDatabase database, RedisKey name) =>
        KeyValueStore.Parse((string)name!) is { } parts && (byte[]?)await database.StringGetAsync(name) is { } value
            ? new KeyValueItem(parts.App, parts.Label, parts.Key, value)
            : null;

    private async IAsyncEnumerable<RedisKey> NamesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var multiplexer = await _server.ConnectAsync();
        var database = multiplexer.GetDatabase().Database;
        foreach (var node in multiplexer.GetServers().Where(node => node.IsConnected && !node.IsReplica))
        {
            await foreach (var name in node.KeysAsync(database, KeyValueStore.Everything + "*", PageKeys).WithCancellation(cancellationToken))
            {
                yield return name;
            }
        }
    }
}
