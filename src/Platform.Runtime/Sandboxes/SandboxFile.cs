using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Runtime.Sandboxes;

/// <summary>A file or directory of <see cref="SandboxFiles"/>. Immutable once the tree is built.</summary>
public sealed class SandboxFile
{
    private readonly SortedDictionary<string, SandboxFile>? _byName;
    private IReadOnlyList<SandboxFile> _children = [];

    internal SandboxFile(SandboxFile? parent, string name, long size, string? sha256)
    {
        Parent = parent;
        Name = name;
        Path = parent is null ? "/" : parent.Parent is null ? $"/{name}" : $"{parent.Path}/{name}";
        Size = size;
        Sha256 = sha256;
        _byName = sha256 is null ? new SortedDictionary<string, SandboxFile>(StringComparer.Ordinal) : null;
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{Path}\0{sha256}"));
        IdentityLower = BinaryPrimitives.ReadUInt64LittleEndian(identity);
        IdentityUpper = BinaryPrimitives.ReadUInt64LittleEndian(identity.AsSpan(8));
    }

    /// <summary>Its name in the directory; empty for the root.</summary>
    public string Name { get; }

    /// <summary>Where it is: absolute, single slashes, none at the end but the root's.</summary>
    public string Path { get; }

    /// <summary>Bytes; 0 for a directory.</summary>
    public long Size { get; }

    /// <summary>SHA-256 of the content, 64 lower-case hex digits; null for a directory.</summary>
    public string? Sha256 { get; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Sha256 is null;

    /// <summary>A directory's entries, in the ordinal order of their names.</summary>
    public IReadOnlyList<SandboxFile> Children => _children;

    /// <summary>The directory that it is in; null for the root.</summary>
    internal SandboxFile? Parent { get; }

    /// <summary>Half of a hash of path and content: the inode number of preview 1.</summary>
    internal ulong IdentityLower { get; }

    /// <summary>The other half.</summary>
    internal ulong IdentityUpper { get; }

    /// <summary>The entry of a name; null when a directory has none of it.</summary>
    internal SandboxFile? Find(string name) => _byName!.GetValueOrDefault(name);

    internal void Add(SandboxFile child) => _byName!.Add(child.Name, child);

    internal void Seal()
    {
        if (_byName is not null)
        {
            _children = [.. _byName.Values];
        }
    }
}
