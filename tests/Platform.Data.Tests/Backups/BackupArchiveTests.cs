using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Platform.Data.Backups;

namespace Platform.Data.Tests.Backups;

/// <summary>The file: what it was given comes back, or it is refused.</summary>
public sealed class BackupArchiveTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-backup-");

    private string FilePath => Path.Combine(_directory.FullName, "backup");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Backup_ReadAgain_HasWhatWasWritten()
    {
        var large = RandomNumberGenerator.GetBytes(BackupWriter.ChunkBytes + 5);
        var written = await WriteAsync(async writer =>
        {
            await writer.AddAsync("one", "first"u8.ToArray(), CancellationToken.None);
            await writer.AddChunksAsync("large", new MemoryStream(large), CancellationToken.None);
            await writer.AddChunksAsync("even", new MemoryStream(large, 0, BackupWriter.ChunkBytes), CancellationToken.None);
        });

        using var reader = BackupReader.Open(FilePath);
        var contents = await reader.VerifyAsync(static name => name == "one", CancellationToken.None);
        var read = new Dictionary<string, byte[]>();
        await reader.ReadAsync(
            contents.Manifest,
            async (name, content) =>
            {
                using var memory = new MemoryStream();
                await content.CopyToAsync(memory);
                read[name] = memory.ToArray();
            },
            CancellationToken.None);

        Assert.Equal(written.Entries, contents.Manifest.Entries);
        Assert.Equal([BackupWriter.HeadName, "one", "large/000000", "large/000001", "even/000000", "even/000001"], read.Keys);
        Assert.Equal("first", Encoding.ASCII.GetString(contents.SmallEntries["one"]));
        Assert.Equal(large, read["large/000000"].Concat(read["large/000001"]).ToArray());
        Assert.Empty(read["even/000001"]);
        Assert.True(contents.IsSealedBy(Seal));
        Assert.False(contents.IsSealedBy(static text => HMACSHA256.HashData("another key"u8, text)));
    }

    [Fact]
    public async Task Backup_WithAnyByteChanged_IsRefusedOrSaysTheSame()
    {
        await WriteAsync(writer => writer.AddAsync("one", "something of a store"u8.ToArray(), CancellationToken.None));
        var whole = await File.ReadAllBytesAsync(FilePath);
        var sound = await StateAsync();
        Assert.NotNull(sound);
        var refused = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 0x10;
            await File.WriteAllBytesAsync(FilePath, changed);

            // Some of gzip's and tar's own fields (times, owners) are nothing to anybody.
            var state = await StateAsync();
            Assert.True(state is null || state == sound, $"byte {i} changed what is read: {state}");
            refused += state is null ? 1 : 0;
        }

        Assert.True(refused > whole.Length * 9 / 10, $"{refused} of {whole.Length}");
    }

    [Fact]
    public async Task Backup_CutShortAnywhere_IsRefused()
    {
        await WriteAsync(writer => writer.AddAsync("one", "something of a store"u8.ToArray(), CancellationToken.None));
        var whole = await File.ReadAllBytesAsync(FilePath);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(FilePath, whole[..length]);

            // Behind the seal come only zeros, their checksum and their length, which are missed all the same.
            var refused = await RefusedAsync();
            Assert.True(refused.Contains("the backup isn't whole", StringComparison.Ordinal), $"{length} bytes of {whole.Length}: {refused}");
        }
    }

    [Fact]
    public async Task Backup_WithSomethingBehindItsEnd_IsRefused()
    {
        await WriteAsync(writer => writer.AddAsync("one", "something of a store"u8.ToArray(), CancellationToken.None));
        var whole = await File.ReadAllBytesAsync(FilePath);
        foreach (var more in (byte[][])[[0], new byte[512], whole])
        {
            await File.WriteAllBytesAsync(FilePath, [.. whole, .. more]);
            Assert.Contains("the backup isn't whole", await RefusedAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Backup_WhichWasNeverEnded_IsRefused()
    {
        await using (var file = File.Create(FilePath))
        {
            await using var writer = await BackupWriter.BeginAsync(file, "0.1.0", Now, CancellationToken.None);
            await writer.AddAsync("one", "first"u8.ToArray(), CancellationToken.None);
        }

        using var reader = BackupReader.Open(FilePath);
        var refused = await Assert.ThrowsAsync<BackupException>(() => reader.VerifyAsync(static _ => false, CancellationToken.None));
        Assert.Contains("its end is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_WhileTransactionsAreWritten_HasNoHalfOfAny()
    {
        var source = Path.Combine(_directory.FullName, "source.db");
        await using var database = Database.OpenSqlite(source, durable: false);
        await database.ExecuteAsync("CREATE TABLE one (n INTEGER); CREATE TABLE two (n INTEGER, filler BLOB)", null, CancellationToken.None);
        using var end = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await database.WriteAsync(
                    async connection =>
                    {
                        await using var command = connection.CreateCommand();
                        command.CommandText = "INSERT INTO one VALUES (1); INSERT INTO two VALUES (1, zeroblob(20000))";
                        return await command.ExecuteNonQueryAsync();
                    },
                    CancellationToken.None);
                Interlocked.Increment(ref written);
            }
        });
        for (var i = 0; i < 5; i++)
        {
            var least = Volatile.Read(ref written);
            SpinWait.SpinUntil(() => Volatile.Read(ref written) > least + 20);
            var target = Path.Combine(_directory.FullName, $"copy-{i}.db");
            await SqliteCopy.MakeAsync(source, target);

            // Read as one file, without a log beside it.
            Assert.False(File.Exists(target + "-wal"));
            await using var copy = Database.OpenSqlite(target);
            var (one, two) = (await CountAsync(copy, "one"), await CountAsync(copy, "two"));
            Assert.Equal(one, two);
            Assert.True(one > least, $"{one} of {least}");
        }

        await end.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Copy_OfWhatIsNoDatabase_IsRefused()
    {
        var source = Path.Combine(_directory.FullName, "source.db");
        await File.WriteAllTextAsync(source, new string('x', 5000));

        var refused = await Assert.ThrowsAsync<BackupException>(() => SqliteCopy.MakeAsync(source, FilePath));

        Assert.Contains(source, refused.Message, StringComparison.Ordinal);
        Assert.IsType<SqliteException>(refused.InnerException);
    }

    private static byte[] Seal(byte[] text) => HMACSHA256.HashData("the tests' key"u8, text);

    private static Task<long> CountAsync(Database database, string table) => database.FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None);

    private async Task<BackupManifest> WriteAsync(Func<BackupWriter, Task> fill)
    {
        await using var file = File.Create(FilePath);
        await using var writer = await BackupWriter.BeginAsync(file, "0.1.0", Now, CancellationToken.None);
        await fill(writer);
        return await writer.CompleteAsync(
            static head => new BackupManifest { Head = head, Store = Dialect.Sqlite, Migrations = [], MasterKey = "key" }, Seal, CancellationToken.None);
    }

    private async Task<string> RefusedAsync()
    {
        using var reader = BackupReader.Open(FilePath);
        return (await Assert.ThrowsAsync<BackupException>(() => reader.VerifyAsync(static _ => false, CancellationToken.None))).Message;
    }

    // Everything that a reader takes from it; null when it is refused.
    private async Task<string?> StateAsync()
    {
        using var reader = BackupReader.Open(FilePath);
        try
        {
            var contents = await reader.VerifyAsync(static _ => true, CancellationToken.None);
            return contents.IsSealedBy(Seal)
                ? $"{contents.Manifest.Head} {contents.Manifest.MasterKey} {string.Join(',', contents.Manifest.Entries)} {Encoding.ASCII.GetString(contents.SmallEntries["one"])}"
                : null;
        }
        catch (BackupException)
        {
            return null;
        }
    }
}
