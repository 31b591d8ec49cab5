using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Testing;

/// <summary>A DNS server of the test's own on a free loopback port: answers what was set for TXT, NXDOMAIN for all else, or SERVFAIL while it is told to.</summary>
internal sealed class DnsServer : IDisposable
{
    private const int NameError = 3;
    private const int ServerFailure = 2;
    private const int HeaderLength = 12;

    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly ConcurrentDictionary<string, string[]> _records = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _fails;

    public DnsServer()
    {
        EndPoint = (IPEndPoint)_udp.Client.LocalEndPoint!;
        _ = ServeAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The server can't say anything for now.</summary>
    public bool Fails
    {
        get => _fails;
        set => _fails = value;
    }

    public void Set(string name, params string[] texts) => _records[name] = texts;

    public void Remove(string name) => _records.TryRemove(name, out _);

    public void Dispose() => _udp.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var query = await _udp.ReceiveAsync();
                await _udp.SendAsync(Answer(query.Buffer), query.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private byte[] Answer(byte[] query)
    {
        var labels = new List<string>();
        var at = HeaderLength;
        while (query[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
            at += query[at] + 1;
        }

        var question = query.AsSpan(HeaderLength, at + 5 - HeaderLength).ToArray();
        var texts = _records.GetValueOrDefault(string.Join('.', labels));
        using var answer = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderLength];
        query.AsSpan(0, 2).CopyTo(header);
        header[2] = 0x81;
        header[3] = (byte)(0x80 | (Fails ? ServerFailure : texts is null ? NameError : 0));
        header[5] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)(Fails ? 0 : texts?.Length ?? 0));
        answer.Write(header);
        answer.Write(question);
        foreach (var text in Fails ? [] : texts ?? [])
        {
            // A pointer to the question's name, TXT, IN, a second to live, and the text as two strings, which are one.
            var half = text.Length / 2;
            answer.Write([0xC0, HeaderLength, 0, 16, 0, 1, 0, 0, 0, 1, 0, (byte)(text.Length + 2), (byte)half]);
            answer.Write(Encoding.ASCII.GetBytes(text[..half]));
            answer.WriteByte((byte)(text.Length - half));
            answer.Write(Encoding.ASCII.GetBytes(text[half..]));
        }

        return answer.ToArray();
    }
}
