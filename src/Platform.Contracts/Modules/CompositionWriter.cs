using System.Text;

namespace Platform.Contracts.Modules;

/// <summary>
/// Writes a component and its dependencies as one binary: the header of a component; a custom section <c>platform:composition</c>, a vector of dependencies (name,
/// export, vector of inherited keys; all of them names of the binary format); as component sections the component itself, then each dependency. Workers read it.
/// </summary>
public static class CompositionWriter
{
    private const byte CustomSection = 0;
    private const byte ComponentSection = 4;

    /// <summary>The header and the custom section: what comes before the components.</summary>
    /// <param name="dependencies">Each by its name, the export that stands for it (empty for the import's own name), and the keys of the manifest that it inherits.</param>
    public static byte[] Head(IEnumerable<(string Name, string Export, IReadOnlyList<string> Inherits)> dependencies)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        var all = dependencies.ToList();
        using var section = new MemoryStream();
        using (var writer = new BinaryWriter(section, Encoding.UTF8, leaveOpen: true))
        {
            // Strings as BinaryWriter has them are names of the binary format: their length in bytes as LEB128, and UTF-8.
            writer.Write("platform:composition");
            writer.Write7BitEncodedInt(all.Count);
            foreach (var (name, export, inherits) in all)
            {
                writer.Write(name);
                writer.Write(export);
                writer.Write7BitEncodedInt(inherits.Count);
                foreach (var key in inherits)
                {
                    writer.Write(key);
                }
            }
        }

        return [.. "\0asm\x0d\0\x01\0"u8, CustomSection, .. Length(section.Length), .. section.ToArray()];
    }

    /// <summary>What comes before the bytes of each component.</summary>
    /// <param name="length">Bytes of the component.</param>
    public static byte[] ComponentHead(long length) => [ComponentSection, .. Length(length)];

    private static byte[] Length(long length)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
        {
            writer.Write7BitEncodedInt(checked((int)length));
        }

        return stream.ToArray();
    }
}
