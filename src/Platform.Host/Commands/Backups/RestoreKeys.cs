using System.Text;
using Platform.Control.Keys;
using Platform.Data.Backups;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Commands.Backups;

/// <summary>The master key of a backup: given by the target's settings or file, or in the backup itself.</summary>
/// <param name="Key">The key.</param>
/// <param name="IsNew">The target doesn't have it yet.</param>
internal sealed record RestoreKeys(MasterKey Key, bool IsNew)
{
    /// <summary>Finds it, and makes sure of the backup with it.</summary>
    /// <exception cref="StartupException">It isn't there, or is another one.</exception>
    /// <exception cref="BackupException">The backup was changed.</exception>
    public static RestoreKeys Find(string file, BackupContents contents, string directory, PlatformSettings settings)
    {
        var wanted = contents.Manifest.MasterKey;
        var found = MasterKeys.Find(directory, settings) is { } there
            ? new RestoreKeys(
                there.All.FirstOrDefault(key => key.Id == wanted)
                ?? throw new StartupException(
                    $"{(settings.MasterKey is null ? $"--data-dir {directory}: its master.key" : "Platform:MasterKey")} is {there.Current.Id}, and the backup needs {wanted}, the one in force when it was made; "
                    + (settings.MasterKey is null ? "put that in its place" : "set that, or, to go on with the other one, as Platform:PreviousMasterKey")),
                IsNew: false)
            : contents.SmallEntries.TryGetValue(EntryNames.MasterKey, out var text)
                ? new RestoreKeys(MasterKeys.Parse($"{file} ({EntryNames.MasterKey})", Encoding.ASCII.GetString(text)), IsNew: true)
                : throw new StartupException(
                    $"{file}: the backup needs the master key {wanted}, which isn't in it: put it into {Path.Combine(directory, "master.key")}, or set Platform:MasterKey");
        return contents.IsSealedBy(manifest => found.Key.Seal(manifest))
            ? found
            : throw new BackupException($"{file}: the backup was changed after it was made; nothing was restored. Take another copy of it, or another backup");
    }

    /// <summary>Puts what the backup has of keys where the target has none.</summary>
    public void Write(BackupContents contents, DataDirectory data, PlatformSettings settings)
    {
        if (IsNew)
        {
            MasterKeys.Write(data, Key);
        }

        if (contents.SmallEntries.TryGetValue(EntryNames.OperatorToken, out var token) && settings.OperatorTokenFile is null && OperatorToken.FileIn(data.Path) is var file && !File.Exists(file))
        {
            SecretFile.Write(file, Encoding.ASCII.GetString(token));
        }
    }
}
