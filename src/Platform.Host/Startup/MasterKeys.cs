using System.Security.Cryptography;
using Platform.Control.Keys;
using Platform.Host.Settings;

namespace Platform.Host.Startup;

/// <summary>The key that wraps the store's keys: given by a setting, or a file beside the store that is made at the first start.</summary>
/// <param name="Current">The one in force.</param>
/// <param name="Previous">The one before it, which the store's keys may still be wrapped with; null for none.</param>
internal sealed record MasterKeys(MasterKey Current, MasterKey? Previous)
{
    private const string FileName = "master.key";
    private const string NextSuffix = ".next";

    /// <summary>The file of a rotation that isn't over.</summary>
    public const string NextFile = FileName + NextSuffix;

    /// <summary>The keys, the one in force first.</summary>
    public IReadOnlyList<MasterKey> All => Previous is null ? [Current] : [Current, Previous];

    /// <summary>Reads the settings (<c>Platform:MasterKey</c>, <c>Platform:PreviousMasterKey</c>), else the data directory's file, which is made when it isn't there.</summary>
    /// <exception cref="StartupException">A key can't be read or isn't one.</exception>
    public static MasterKeys Load(DataDirectory data, PlatformSettings settings)
    {
        if (Find(data.Path, settings) is { } found)
        {
            return found;
        }

        Write(data, new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Length)));
        return Find(data.Path, settings)!;
    }

    /// <summary>Makes a key the data directory's.</summary>
    public static void Write(DataDirectory data, MasterKey key) => SecretFile.Write(Path.Combine(data.Path, FileName), key.Export());

    /// <summary>Reads the settings, else the data directory's file; null when there is neither.</summary>
    /// <exception cref="StartupException">A key can't be read or isn't one.</exception>
    public static MasterKeys? Find(string directory, PlatformSettings settings)
    {
        var previous = settings.PreviousMasterKey is { } old ? Parse("Platform:PreviousMasterKey", old) : null;
        if (settings.MasterKey is { } given)
        {
            return new MasterKeys(Parse("Platform:MasterKey", given), previous);
        }

        var file = Path.Combine(directory, FileName);
        if (!File.Exists(file))
        {
            return null;
        }

        var current = Parse(file, SecretFile.Read("--data-dir", file));
        if (!File.Exists(file + NextSuffix))
        {
            return new MasterKeys(current, previous);
        }

        // A rotation was cut short, before its commit or after it: with the next key in force and this one as the previous, either state of the store is brought to the next.
        return new MasterKeys(Parse(file + NextSuffix, SecretFile.Read("--data-dir", file + NextSuffix)), current);
    }

    /// <summary>Puts a new key beside the one in force: from now on a start takes either.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="current">The key in force: one that an earlier rotation proposed becomes the settled one first.</param>
    public static MasterKey Propose(DataDirectory data, MasterKey current)
    {
        if (!Parse(FileName, SecretFile.Read("--data-dir", Path.Combine(data.Path, FileName))).Id.Equals(current.Id, StringComparison.Ordinal))
        {
            throw new StartupException($"--data-dir {data.Path}: an earlier rotation was cut short; start the platform once, which ends it, and rotate again");
        }

        var key = RandomNumberGenerator.GetBytes(MasterKey.Length);
        SecretFile.Write(Path.Combine(data.Path, FileName + NextSuffix), Convert.ToBase64String(key));
        return new MasterKey(key);
    }

    /// <summary>Makes the proposed key, which the store's keys are wrapped with by now, the only one. Does nothing when none is proposed.</summary>
    public static void Settle(DataDirectory data)
    {
        var file = Path.Combine(data.Path, FileName);
        if (File.Exists(file + NextSuffix))
        {
            File.Move(file + NextSuffix, file, overwrite: true);
        }
    }

    /// <summary>Reads a key from its base64.</summary>
    /// <exception cref="StartupException">It is none; the message has <paramref name="name"/> and not the text.</exception>
    public static MasterKey Parse(string name, string text)
    {
        var key = new byte[MasterKey.Length];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == key.Length
            ? new MasterKey(key)
            : throw new StartupException($"{name}: holds no master key; give {MasterKey.Length} bytes in base64, as 'openssl rand -base64 {MasterKey.Length}' makes them");
    }
}
