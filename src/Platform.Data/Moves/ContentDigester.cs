using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Data.Moves;

/// <summary>Makes a <see cref="ContentDigest"/>. A sum, since the two sides give rows in orders of their own, and one that is there twice must count twice. One thread at a time.</summary>
public sealed class ContentDigester : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _row = new byte[SHA256.HashSizeInBytes];
    private readonly ulong[] _sum = new ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
    private long _count;

    /// <summary>What was added so far.</summary>
    public ContentDigest Digest
    {
        get
        {
            var bytes = new byte[SHA256.HashSizeInBytes];
            for (var i = 0; i < _sum.Length; i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), _sum[i]);
            }

            return new ContentDigest(_count, Convert.ToHexStringLower(bytes));
        }
    }

    /// <summary>Adds a row: of each value null, <see cref="long"/>, <see cref="string"/> or bytes.</summary>
    public void Add(params ReadOnlySpan<object?> row)
    {
        foreach (var value in row)
        {
            Append(value);
        }

        _hash.GetHashAndReset(_row);
        for (var i = 0; i < _sum.Length; i++)
        {
            _sum[i] += BinaryPrimitives.ReadUInt64BigEndian(_row.AsSpan(i * sizeof(ulong)));
        }

        _count++;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Append(object? value)
    {
        var (kind, content) = value switch
        {
            null => ((byte)0, []),
            long number => ((byte)1, BitConverter.GetBytes(number)),
            string text => ((byte)2, Encoding.UTF8.GetBytes(text)),
            byte[] bytes => ((byte)3, bytes),
            _ => throw new ArgumentException($"There is no digest of {value.GetType()}.", nameof(value)),
        };

        // With its length before it no value runs into the next.
        Span<byte> head = stackalloc byte[1 + sizeof(int)];
        head[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], content.Length);
        _hash.AppendData(head);
        _hash.AppendData(content);
    }
}
