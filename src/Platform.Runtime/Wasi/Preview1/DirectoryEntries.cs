using System.Buffers.Binary;
using System.Text;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>
/// What <c>fd_readdir</c> writes: a <c>dirent</c> of 24 bytes (cookie of the next u64, inode u64, length of the name u32, filetype u8) and the name, one after the other,
/// the last cut off where the buffer ends: <c>.</c>, <c>..</c>, and the directory's entries.
/// </summary>
internal static class DirectoryEntries
{
    private const int DirentBytes = 24;
    private const int EntryFuel = 20;
    private const byte DirectoryType = 3;
    private const byte RegularFileType = 4;

    /// <summary>Writes entries from a cookie on; the number of bytes. Fewer than the buffer has means that the directory is at its end.</summary>
    public static int Write(RequestContext context, SandboxFile directory, ulong cookie, Span<byte> buffer)
    {
        var used = 0;
        var count = (ulong)directory.Children.Count + 2;
        Span<byte> dirent = stackalloc byte[DirentBytes];
        for (var i = cookie; i < count && used < buffer.Length; i++)
        {
            var (name, file) = i switch
            {
                0 => (".", directory),
                1 => ("..", directory.Parent ?? directory),
                _ => (directory.Children[(int)i - 2].Name, directory.Children[(int)i - 2]),
            };
            var bytes = Encoding.UTF8.GetBytes(name);
            dirent.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(dirent, i + 1);
            BinaryPrimitives.WriteUInt64LittleEndian(dirent[8..], file.IdentityLower);
            BinaryPrimitives.WriteUInt32LittleEndian(dirent[16..], (uint)bytes.Length);
            dirent[20] = file.IsDirectory ? DirectoryType : RegularFileType;
            context.ChargeFuel(EntryFuel + ((DirentBytes + bytes.Length) >> 3));
            used += Put(dirent, buffer[used..]);
            used += Put(bytes, buffer[used..]);
        }

        return used;
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> buffer)
    {
        var part = Math.Min(bytes.Length, buffer.Length);
        bytes[..part].CopyTo(buffer);
        return part;
    }
}
