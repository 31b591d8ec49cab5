using System.Net.Sockets;
using System.Text;

namespace Platform.FunctionalTests.Hosting;

/// <summary>A connection on which the test writes HTTP/1.1 byte by byte: HttpClient reads no response before its request is out.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly StringBuilder _received = new();
    private int _read;

    public static async Task<RawConnection> OpenAsync(Uri url)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(url.Host, url.Port);
        connection._client.NoDelay = true;
        return connection;
    }

    public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Waits until the server has sent this text, after what was waited for before; fails when it closes without.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var received = _received.ToString(_read, _received.Length - _read);
            if (received.IndexOf(text, StringComparison.Ordinal) is var at and >= 0)
            {
                _read += at + text.Length;
                return received[..(at + text.Length)];
            }

            var count = await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(ServerProcess.Patience);
            Assert.True(count > 0, $"closed before '{text}' came; got: {_received}");
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
