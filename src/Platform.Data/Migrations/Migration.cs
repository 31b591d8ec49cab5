using System.Security.Cryptography;
using System.Text;

namespace Platform.Data.Migrations;

/// <summary>One forward-only step of a schema.</summary>
/// <param name="Id">The file's name without its end (<c>YYYYMMDD_NN_what</c>); steps run in ordinal order.</param>
/// <param name="Sql">The statements.</param>
public sealed record Migration(string Id, string Sql)
{
    /// <summary>SHA-256 of the statements with line ends normalized, hex.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The steps built into this assembly from a folder of <c>migrations/</c>, in order.</summary>
    public static IReadOnlyList<Migration> Embedded(string folder)
    {
        var assembly = typeof(Migration).Assembly;
        var prefix = $"migrations/{folder}/";
        var migrations = new List<Migration>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            migrations.Add(new Migration(name[prefix.Length..^".sql".Length], reader.ReadToEnd()));
        }

        return migrations;
    }
}
