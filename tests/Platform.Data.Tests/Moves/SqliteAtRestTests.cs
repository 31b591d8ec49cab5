using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using Platform.Data.Backups;
using Platform.Data.Moves;

namespace Platform.Data.Tests.Moves;

/// <summary>A SQLite database that nobody has open is read and copied, and its directory stays as it is.</summary>
public sealed class SqliteAtRestTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform move # 100%");
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("platform-scratch-");

    private string Source => Path.Combine(_directory.FullName, "source.db");

    private string Target => Path.Combine(_scratch.FullName, "target.db");

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _scratch.Delete(recursive: true);
    }

    [Theory]
    [InlineData("wal", false)]
    [InlineData("wal", true)]
    [InlineData("delete", false)]
    [InlineData("delete", true)]
    public async Task Copy_OfWhatWasClosedOrCutShort_HasAllThatWasCommitted(string journal, bool isCutShort)
    {
        await WriteAsync(journal, isCutShort);
        var before = State();

        FileDigest digest;
        using (var source = SqliteAtRest.Open(Source, _scratch.FullName))
        {
            await using (var database = source.AsDatabase())
            await using (var connection = await database.OpenAsync(CancellationToken.None))
            {
                Assert.Equal(100, await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM t"));
                await Assert.ThrowsAsync<SqliteException>(() => connection.ExecuteAsync("DELETE FROM t"));
            }

            digest = await source.CopyAsync(Target);
            Assert.Equal(digest, await source.DigestAsync());
        }

        Assert.Equal(before, State());
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(_scratch.FullName));
        Assert.Equal(new FileInfo(Target).Length, digest.Size);
        await using var copy = new SqliteConnection($"Data Source={Target};Pooling=false");
        Assert.Equal((100, "ok"), (await copy.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM t"), await copy.ExecuteScalarAsync<string>("PRAGMA integrity_check")));
    }

    [Fact]
    public async Task Digest_OfADatabaseWithAnotherValue_IsAnother()
    {
        await WriteAsync("wal", isCutShort: false);
        using var source = SqliteAtRest.Open(Source, _scratch.FullName);
        var before = await source.DigestAsync();
        await using (var connection = new SqliteConnection($"Data Source={Source};Pooling=false"))
        {
            await connection.ExecuteAsync("UPDATE t SET x = -1 WHERE x = 50");
        }

        Assert.NotEqual(before, await source.DigestAsync());
    }

    /// <summary>An app opened it, and wrote nothing.</summary>
    [Fact]
    public async Task Copy_OfAFileWithoutContent_IsOneToo()
    {
        await File.Create(Source).DisposeAsync();
        using var source = SqliteAtRest.Open(Source, _scratch.FullName);
        Assert.Equal(0, (await source.CopyAsync(Target)).Size);
        Assert.Equal(0, new FileInfo(Target).Length);
    }

    [Fact]
    public async Task Copy_OfWhatIsNoDatabase_SaysSo()
    {
        await File.WriteAllTextAsync(Source, new string('x', 5000));
        using var source = SqliteAtRest.Open(Source, _scratch.FullName);
        Assert.Contains($"{Source}: can't be read", (await Assert.ThrowsAsync<BackupException>(() => source.CopyAsync(Target))).Message, StringComparison.Ordinal);
    }

    // Cut short: 99 rows were committed, one more is only in the log (WAL), or a transaction that is to be rolled back has begun to change the file (journal).
    private async Task WriteAsync(string journal, bool isCutShort)
    {
        var live = isCutShort ? Path.Combine(_scratch.FullName, "live.db") : Source;
        await using (var connection = new SqliteConnection($"Data Source={live};Pooling=false"))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync($"PRAGMA journal_mode={journal}; CREATE TABLE t (x, y); WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 99) INSERT INTO t SELECT x, zeroblob(2000) FROM n");
            await connection.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size=2; INSERT INTO t VALUES (100, NULL)");
            if (isCutShort)
            {
                await connection.ExecuteAsync(journal == "wal" ? "SELECT 1" : "BEGIN; UPDATE t SET y = zeroblob(2001)");
                foreach (var file in Directory.EnumerateFiles(_scratch.FullName).Where(static file => !file.EndsWith("-shm", StringComparison.Ordinal)))
                {
                    File.Copy(file, Source + Path.GetFileName(file)["live.db".Length..]);
                }
            }
        }

        foreach (var file in isCutShort ? Directory.EnumerateFiles(_scratch.FullName) : [])
        {
            File.Delete(file);
        }

        Assert.Equal(isCutShort, Directory.EnumerateFiles(_directory.FullName).Count() == 2);
    }

    private List<string> State() =>
    [
        .. Directory.EnumerateFiles(_directory.FullName).Order(StringComparer.Ordinal)
            .Select(static file => string.Create(CultureInfo.InvariantCulture, $"{file} {File.GetLastWriteTimeUtc(file).Ticks} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")),
    ];
}
