using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Worker.Artifacts;
using Platform.Worker.Capabilities.Sqlite;

namespace Platform.Worker.Backups;

/// <summary>The SQLite databases of apps in a data directory, for who backs them up or restores them.</summary>
public static partial class AppDatabases
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory they are in.</summary>
    public static string DirectoryOf(string dataDirectory) => Path.Combine(dataDirectory, LocalSqliteHost.Folder);

    /// <summary>Those that are there, in order.</summary>
    public static IEnumerable<AppDatabase> List(string dataDirectory)
    {
        if (DirectoryOf(dataDirectory) is var home && !Directory.Exists(home))
        {
            return [];
        }

        return Directory.EnumerateFiles(home, "*" + LocalSqliteHost.Extension, SearchOption.AllDirectories)
            .Select(file => Find(dataDirectory, Path.GetRelativePath(home, file)))
            .OfType<AppDatabase>()
            .OrderBy(database => database.App).ThenBy(database => database.Label, StringComparer.Ordinal);
    }

    /// <summary>The database of a name within the directory (<c>12/default.db</c>), whether it is there or not; null when that is no database's name.</summary>
    public static AppDatabase? Find(string dataDirectory, string name) =>
        Name().Match(name) is { Success: true } match && long.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var app)
            ? new AppDatabase(app, match.Groups[2].Value, Path.Combine(DirectoryOf(dataDirectory), name))
            : null;

    /// <summary>Whether a database can have this label.</summary>
    public static bool IsLabel(string label) => Label().IsMatch(label);

    /// <summary>Makes the directory that a database goes into.</summary>
    public static void MakeDirectory(AppDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        Directory.CreateDirectory(Path.GetDirectoryName(database.File)!, OwnerOnly);
    }

    /// <summary>Which shard's volume a data directory is, once it has all that the store knows of it (<see cref="MarkAsync"/>); null when it is none's yet.</summary>
    public static async Task<string?> FindShardAsync(string dataDirectory, CancellationToken cancellationToken) =>
        MarkerOf(dataDirectory) is var marker && File.Exists(marker) ? (await File.ReadAllTextAsync(marker, cancellationToken)).Trim() : null;

    /// <summary>Makes a data directory a shard's volume. The folder of the databases is made when it isn't there.</summary>
    public static async Task MarkAsync(string dataDirectory, int shard, CancellationToken cancellationToken)
    {
        var home = DirectoryOf(dataDirectory);
        Directory.CreateDirectory(home, OwnerOnly);
        var marker = MarkerOf(dataDirectory);
        await using (var file = new FileStream(marker + ".new", FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(Encoding.ASCII.GetBytes(shard.ToString(CultureInfo.InvariantCulture)), cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(marker + ".new", marker);
        DurableDirectory.FlushEntries(home);
    }

    private static string MarkerOf(string dataDirectory) => Path.Combine(DirectoryOf(dataDirectory), "shard");

    [GeneratedRegex(@"\A([1-9][0-9]*)/([A-Za-z0-9_-]{1,64})\.db\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
