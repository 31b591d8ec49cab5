using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Testing;

/// <summary>A TCP proxy on the loopback between the platform and a server of the machine: it can hold everything, refuse everything, hold at a chosen text, and cut a PostgreSQL connection at a chosen commit.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    // A query message (PostgreSQL's protocol 3.0): type, length with itself, text.
    private static readonly byte[] Commit = [(byte)'Q', 0, 0, 0, 11, .. "COMMIT\0"u8];

    private readonly int _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly HashSet<Link> _links = [];
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _accepting;
    private TaskCompletionSource _flowing = Completed();
    private bool _refusing;
    private TimeSpan _delay;
    private CommitCut? _cut;
    private HoldMark? _hold;

    /// <summary>Starts forwarding to a port of the loopback.</summary>
    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts every connection and closes each new one at once: the server is down.</summary>
    public void Refuse()
    {
        Link[] links;
        lock (_lock)
        {
            _refusing = true;
            links = [.. _links];
        }

        foreach (var link in links)
        {
            link.Dispose();
        }
    }

    /// <summary>Takes connections and bytes and passes nothing on: the server hangs.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>As <see cref="Hold"/>, from the moment that a client sends a text.</summary>
    /// <param name="text">Of what the client sends at once.</param>
    /// <param name="passed">Whether the server gets it, and only what it answers is held.</param>
    /// <returns>Ends at that moment.</returns>
    public Task HoldAt(string text, bool passed = false)
    {
        var mark = new HoldMark(Encoding.UTF8.GetBytes(text), passed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _hold = mark;
        }

        return mark.Reached.Task;
    }

    /// <summary>Passes everything on so much later, each way: the network is slow.</summary>
    public void Delay(TimeSpan each)
    {
        lock (_lock)
        {
            _delay = each;
        }
    }

    /// <summary>Ends <see cref="Refuse"/>, <see cref="Hold"/> and <see cref="Delay"/>.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _refusing = false;
            _delay = TimeSpan.Zero;
            _flowing.TrySetResult();
        }
    }

    /// <summary>Cuts the connection at the commit of the next transaction that has sent a text.</summary>
    /// <param name="text">Of a statement of the transaction.</param>
    /// <param name="committed">Whether the server commits, and only its answer is lost; else it never gets the commit.</param>
    public void CutAtCommit(string text, bool committed)
    {
        lock (_lock)
        {
            _cut = new CommitCut(Encoding.UTF8.GetBytes(text), committed);
        }
    }

    /// <summary>Whether the cut of <see cref="CutAtCommit"/> is yet to come.</summary>
    public bool IsCutAhead
    {
        get
        {
            lock (_lock)
            {
                return _cut is not null;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        Resume();
        Refuse();
        await _accepting;
        _stopped.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var link = new Link(client);
        lock (_lock)
        {
            if (_refusing)
            {
                return;
            }

            _links.Add(link);
        }

        try
        {
            await link.Server.ConnectAsync(IPAddress.Loopback, _target, _stopped.Token);
            await Task.WhenAny(UpAsync(link), DownAsync(link));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut.
        }
        finally
        {
            lock (_lock)
            {
                _links.Remove(link);
            }
        }
    }

    private async Task Flowing()
    {
        Task flowing;
        TimeSpan delay;
        lock (_lock)
        {
            (flowing, delay) = (_flowing.Task, _delay);
        }

        await Task.Delay(delay);
        await flowing;
    }

    private async Task UpAsync(Link link)
    {
        var buffer = new byte[64 << 10];
        var marked = false;
        while (await link.Client.GetStream().ReadAsync(buffer) is var count and > 0)
        {
            await Flowing();
            var sent = buffer.AsMemory(0, count);
            if (TakeHold(sent.Span) is { } mark)
            {
                Hold();
                mark.Reached.SetResult();
                if (!mark.IsPassed)
                {
                    await Flowing();
                }
            }

            CommitCut? cut;
            lock (_lock)
            {
                cut = _cut;
                marked |= cut is not null && sent.Span.IndexOf(cut.Text) >= 0;
                var commits = sent.Span.IndexOf(Commit) >= 0;
                if (!commits || !marked)
                {
                    cut = null;
                }
                else
                {
                    _cut = null;
                }
            }

            if (cut is { IsCommitted: false })
            {
                return;
            }

            link.IsMute = cut is not null;
            await link.Server.GetStream().WriteAsync(sent);
            if (cut is not null)
            {
                // Its answer says that it has committed.
                await link.Answered.Task;
                return;
            }
        }
    }

    private HoldMark? TakeHold(ReadOnlySpan<byte> sent)
    {
        lock (_lock)
        {
            var mark = _hold is { } hold && sent.IndexOf(hold.Text) >= 0 ? hold : null;
            _hold = mark is null ? _hold : null;
            return mark;
        }
    }

    private async Task DownAsync(Link link)
    {
        var buffer = new byte[64 << 10];
        while (await link.Server.GetStream().ReadAsync(buffer) is var count and > 0)
        {
            await Flowing();
            if (link.IsMute)
            {
                link.Answered.TrySetResult();
                await Task.Delay(Timeout.Infinite, _stopped.Token);
            }

            await link.Client.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private sealed record CommitCut(byte[] Text, bool IsCommitted);

    private sealed record HoldMark(byte[] Text, bool IsPassed, TaskCompletionSource Reached);

    private sealed class Link(TcpClient client) : IDisposable
    {
        private volatile bool _isMute;

        public TcpClient Client { get; } = client;

        public TcpClient Server { get; } = new() { NoDelay = true };

        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Nothing more reaches the client.</summary>
        public bool IsMute
        {
            get => _isMute;
            set => _isMute = value;
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
