using System.Net.Sockets;
using System.Text;

namespace Platform.FunctionalTests.Hosting;

/// <summary>A connection on which the test writes HTTP/1.1 byte by byte: HttpClient reads no response before its request is out.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly StringBuilder _received = new();
    private int _read;
    private NetworkStream? _stream;

    private NetworkStream Stream => _stream ?? throw new InvalidOperationException("isn't open");

    public static async Task<RawConnection> OpenAsync(Uri url)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(url.Host, url.Port);
        connection._client.NoDelay = true;
        connection._stream = connection._client.GetStream();
        return connection;
    }

    public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));

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

            var count = await Stream.ReadAsync(buffer).AsTask().WaitAsync(ServerProcess.Patience);
            Assert.True(count > 0, $"closed before '{text}' came; got: {_received}");
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    /// <summary>All that comes until the server closes, or until this text has come.</summary>
    public async Task<string> ReadToEndAsync(string? until = null)
    {
        var buffer = new byte[4096];
        while (until is null || !_received.ToString().Contains(until, StringComparison.Ordinal))
        {
            var count = await TryReadAsync(buffer);
            if (count == 0)
            {
                break;
            }

            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return _received.ToString();
    }

    /// <summary>Sends this text twice a second until the server closes; all that came.</summary>
    public async Task<string> TrickleToEndAsync(string text)
    {
        var reading = ReadToEndAsync();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(0.5));
        while (!reading.IsCompleted && await ticks.WaitForNextTickAsync())
        {
            try
            {
                await SendAsync(text);
            }
            catch (IOException)
            {
                // Closed; what was received says how.
                break;
            }
        }

        return await reading;
    }

    // Closing with something unread resets the connection: for the reader an end as well.
    private async Task<int> TryReadAsync(byte[] buffer)
    {
        try
        {
            return await Stream.ReadAsync(buffer).AsTask().WaitAsync(ServerProcess.Patience);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return 0;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
