using System.Security.Cryptography;
using System.Text.Json;
using Platform.Data.Blobs;

namespace Platform.Control.Versions;

/// <summary>What a deploy uploaded: the manifest's text, and every other part by its name, stored already.</summary>
internal sealed class DeployForm
{
    /// <summary>The text of <c>manifest</c>; null when only a module came.</summary>
    public string? Manifest { get; set; }

    /// <summary>The text of <c>message</c>; null when none came.</summary>
    public string? Message { get; set; }

    /// <summary>The other parts: <c>module</c>, or relative paths with single slashes between their segments.</summary>
    public SortedDictionary<string, StoredBlob> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of the parts that came in an archive.</summary>
    public SortedSet<string> Archived { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a part; false when there is one of that name.</summary>
    public bool TryAdd(string name, StoredBlob blob, bool isArchived)
    {
        if (!Parts.TryAdd(name, blob))
        {
            return false;
        }

        if (isArchived)
        {
            Archived.Add(name);
        }

        return true;
    }

    /// <summary>The content for an idempotency key: the same however a client draws its boundaries and orders its parts.</summary>
    public byte[] Hash() => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { Manifest, Message, Parts, Archived }));
}
