using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Platform.Data.Moves;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Moves;

/// <summary>Apps' key-value data from one server to another.</summary>
internal static class KeyValueMove
{
    // Of at most 1 MiB each.
    private const int AtOnce = 32;

    /// <summary>Copies all of it; says what it was.</summary>
    public static async Task<ContentDigest> CopyAsync(KeyValueData from, KeyValueData to, CancellationToken cancellationToken)
    {
        using var digester = new ContentDigester();
        await foreach (var some in OnceAsync(from, cancellationToken).Chunk(AtOnce).WithCancellation(cancellationToken))
        {
            foreach (var item in some)
            {
                Add(digester, item);
            }

            await to.WriteAsync(some, cancellationToken);
        }

        return digester.Digest;
    }

    /// <summary>What a server has.</summary>
    public static async Task<ContentDigest> DigestAsync(KeyValueData data, CancellationToken cancellationToken)
    {
        using var digester = new ContentDigester();
        await foreach (var item in OnceAsync(data, cancellationToken))
        {
            Add(digester, item);
        }

        return digester.Digest;
    }

    private static void Add(ContentDigester digester, KeyValueItem item) => digester.Add(item.App, item.Label, item.Key, item.Value);

    // A server may give a key more than once while it changes its tables' sizes. Half a hash of each, since keys have up to 1 KiB.
    private static async IAsyncEnumerable<KeyValueItem> OnceAsync(KeyValueData data, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<UInt128>();
        await foreach (var item in data.ReadAsync(cancellationToken))
        {
            if (seen.Add(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{item.App}/{item.Label}/{item.Key}")))))
            {
                yield return item;
            }
        }
    }
}
