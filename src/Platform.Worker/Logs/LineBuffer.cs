using System.Buffers;

namespace Platform.Worker.Logs;

/// <summary>The begun line of one stream.</summary>
internal sealed class LineBuffer
{
    /// <summary>A longer line is split.</summary>
    internal const int MaxLine = 16 << 10;

    private byte[] _bytes = [];
    private int _count;

    /// <summary>What there is of the line.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _count);

    /// <summary>Whether the line has its full length.</summary>
    public bool IsFull => _count == MaxLine;

    /// <summary>Takes what fits and returns how much that was.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, MaxLine - _count);
        if (_count + taken > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(MaxLine, Math.Max(256, (_count + taken) * 2)));
            Bytes.CopyTo(larger);
            Free();
            _bytes = larger;
        }

        bytes[..taken].CopyTo(_bytes.AsSpan(_count));
        _count += taken;
        return taken;
    }

    /// <summary>Begins the next line.</summary>
    public void Clear() => _count = 0;

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
