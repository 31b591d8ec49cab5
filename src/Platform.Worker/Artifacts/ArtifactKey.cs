using System.Security.Cryptography;

namespace Platform.Worker.Artifacts;

/// <summary>The node's key for authenticating artifacts: 32 random bytes in a file only its owner can read.</summary>
internal static class ArtifactKey
{
    private const int Length = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the key, or makes one. A key that others could have read or that is not whole is replaced, so that what it signed is compiled again.</summary>
    public static byte[] ReadOrCreate(string path)
    {
        if (File.Exists(path) && File.GetUnixFileMode(path) == OwnerOnly)
        {
            var found = File.ReadAllBytes(path);
            if (found.Length == Length)
            {
                return found;
            }
        }

        var key = RandomNumberGenerator.GetBytes(Length);
        var temporary = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        using (var file = new FileStream(temporary, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        return key;
    }
}
