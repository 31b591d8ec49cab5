using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Host.Startup;

/// <summary>The operator's token: made at the first start, or mounted as a secret. Only its hash is kept in memory.</summary>
/// <param name="File">Where the operator reads it.</param>
/// <param name="Sha256">SHA-256 of its UTF-8 text.</param>
internal sealed record OperatorToken(string File, ReadOnlyMemory<byte> Sha256)
{
    // Long enough that no rate of guessing matters.
    private const int MinimumLength = 32;

    /// <summary>The token itself, for what this process does in the operator's name; kept nowhere.</summary>
    public string Read() => System.IO.File.ReadAllText(File).Trim();

    /// <summary>Reads the mounted file (<c>Platform:OperatorTokenFile</c>), else the data directory's, which is made when it isn't there.</summary>
    /// <exception cref="StartupException">The file can't be read or holds no usable token.</exception>
    public static OperatorToken Load(DataDirectory data, string? mounted)
    {
        var file = mounted is null ? Path.Combine(data.Path, "operator-token") : Path.GetFullPath(mounted);
        var name = mounted is null ? "--data-dir" : "Platform:OperatorTokenFile";
        try
        {
            if (mounted is null && !System.IO.File.Exists(file))
            {
                SecretFile.Write(file, "plat_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
            }

            var token = System.IO.File.ReadAllText(file).Trim();
            if (token.Length < MinimumLength || token.Any(c => c is <= ' ' or > '~'))
            {
                throw new StartupException(
                    $"{name}: {file} holds no token; put at least {MinimumLength} printable characters in it"
                        + (mounted is null ? ", or delete it and a new one is made" : string.Empty));
            }

            return new OperatorToken(file, SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{name}: {file} can't be read ({OneLine.Of(e.Message)}); make it readable for this user");
        }
    }
}
