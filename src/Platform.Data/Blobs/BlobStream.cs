namespace Platform.Data.Blobs;

/// <summary>Reads a blob chunk by chunk. No connection is held between reads, so a slow reader costs the store nothing.</summary>
internal sealed class BlobStream(Database database, string uploadId, long size) : Stream
{
    private byte[] _chunk = [];
    private int _offset;
    private int _next;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == size || buffer.IsEmpty)
        {
            return 0;
        }

        if (_offset == _chunk.Length)
        {
            _chunk = await database.FindAsync<byte[]>(
                "SELECT data FROM blob_chunks WHERE upload_id = @uploadId AND n = @n", new { uploadId, n = _next }, cancellationToken)
                ?? throw new IOException("The blob was removed while it was read.");
            _next++;
            _offset = 0;
        }

        var count = Math.Min(buffer.Length, _chunk.Length - _offset);
        _chunk.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Blobs are read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
