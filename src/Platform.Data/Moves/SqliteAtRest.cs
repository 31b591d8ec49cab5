using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Platform.Data.Backups;

namespace Platform.Data.Moves;

/// <summary>
/// A SQLite database that nobody has open, read without a change to its directory: SQLite takes the file as one that can't change, and so makes no files beside it. What a killed process left in a log
/// beside it is folded into a copy.
/// </summary>
public sealed class SqliteAtRest : IDisposable
{
    // https://www.sqlite.org/fileformat2.html: the change counter, the schema cookie, the version-valid-for number and the library's version. A backup raises them.
    private static readonly (int At, int Length)[] Counters = [(24, 4), (40, 4), (92, 8)];

    private static readonly string[] Logs = ["-wal", "-journal"];

    private readonly string _source;
    private readonly bool _isCopy;

    private SqliteAtRest(string source, string path, bool isCopy)
    {
        _source = source;
        Path = path;
        _isCopy = isCopy;
    }

    /// <summary>The one file that has all of it.</summary>
    public string Path { get; }

    /// <summary>Opens one.</summary>
    /// <param name="path">The database's file.</param>
    /// <param name="scratch">A directory for a copy.</param>
    /// <exception cref="BackupException">It can't be read.</exception>
    public static SqliteAtRest Open(string path, string scratch)
    {
        var logs = Logs.Where(log => new FileInfo(path + log) is { Exists: true, Length: > 0 }).ToList();
        if (logs.Count == 0)
        {
            return new SqliteAtRest(path, path, isCopy: false);
        }

        var copy = System.IO.Path.Combine(scratch, $"{Guid.NewGuid():n}.db");
        foreach (var part in logs.Append(""))
        {
            File.Copy(path + part, copy + part);
        }

        try
        {
            // The last connection's end folds a write-ahead log into the file; reading rolls a journal back.
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            using var read = connection.CreateCommand();
            read.CommandText = "SELECT COUNT(*) FROM sqlite_master";
            read.ExecuteScalar();
        }
        catch (SqliteException e)
        {
            throw Unreadable(path, e);
        }

        return new SqliteAtRest(path, copy, isCopy: true);
    }

    /// <summary>As a database for reading.</summary>
    public Database AsDatabase() => Database.OpenSqliteAtRest(Path, _source);

    /// <summary>Copies it, by SQLite's online backup, into a new file that is on the disk afterwards.</summary>
    /// <param name="target">The new file.</param>
    /// <returns>What the copy, read again, and the source are.</returns>
    /// <exception cref="BackupException">It can't be read, or the copy isn't the same.</exception>
    public async Task<FileDigest> CopyAsync(string target)
    {
        try
        {
            await Task.Run(() =>
            {
                // A database into which nothing was ever written has no page; its backup would have one.
                if (new FileInfo(Path).Length == 0)
                {
                    File.Create(target).Dispose();
                    return;
                }

                using var from = new SqliteConnection(Database.AtRestConnectionString(Path));
                from.Open();
                using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
                to.Open();
                from.BackupDatabase(to);
            });
        }
        catch (SqliteException e)
        {
            throw Unreadable(_source, e);
        }

        using (var file = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        var digest = await DigestAsync();
        return await DigestAsync(target) == digest ? digest : throw new BackupException($"{target}: isn't what {_source} is, though it was just copied; look at the disk, and run the command again");
    }

    /// <summary>What it is.</summary>
    public Task<FileDigest> DigestAsync() => DigestAsync(Path);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isCopy)
        {
            File.Delete(Path);
        }
    }

    private static async Task<FileDigest> DigestAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true);
        var header = new byte[100];
        var length = await file.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false);
        foreach (var (at, count) in Counters)
        {
            header.AsSpan(at, count).Clear();
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header.AsSpan(0, length));
        var buffer = new byte[1 << 20];
        while (await file.ReadAsync(buffer) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
        }

        return new FileDigest(file.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static BackupException Unreadable(string path, SqliteException e) => new($"{path}: can't be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})", e);
}
