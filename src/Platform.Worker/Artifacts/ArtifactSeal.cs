using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Authenticates an artifact directory. Compiled code is native code: only bytes that this node's compiler wrote for this very module and engine may be loaded.
/// The seal is an HMAC-SHA256 over the module's hash, the engine's fingerprint, and name, size and bytes of each file.
/// </summary>
internal sealed class ArtifactSeal(byte[] key, string fingerprint)
{
    /// <summary>The file that holds the seal.</summary>
    public const string FileName = "artifact.mac";

    /// <summary>Writes the seal over all other files of the directory.</summary>
    public void Write(string directory, string sha256) => File.WriteAllBytes(Path.Combine(directory, FileName), Compute(directory, sha256));

    /// <summary>Whether the directory is exactly what was sealed.</summary>
    public bool IsAuthentic(string directory, string sha256)
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(File.ReadAllBytes(Path.Combine(directory, FileName)), Compute(directory, sha256));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private byte[] Compute(string directory, string sha256)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        AppendText(hmac, "platform-artifact-1");
        AppendText(hmac, sha256);
        AppendText(hmac, fingerprint);
        var buffer = new byte[128 << 10];
        foreach (var path in Directory.GetFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (name == FileName)
            {
                continue;
            }

            AppendText(hmac, name);
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            AppendNumber(hmac, length);
            for (long offset = 0; offset < length;)
            {
                var read = RandomAccess.Read(file, buffer, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException(path);
                }

                hmac.AppendData(buffer, 0, read);
                offset += read;
            }
        }

        return hmac.GetHashAndReset();
    }

    // Each text with its length before it, so that no two lists of fields give the same bytes.
    private static void AppendText(IncrementalHash hmac, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AppendNumber(hmac, bytes.Length);
        hmac.AppendData(bytes);
    }

    private static void AppendNumber(IncrementalHash hmac, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hmac.AppendData(bytes);
    }
}
