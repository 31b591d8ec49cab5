using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Http;

/// <summary>An outgoing request from its start until nothing of it is held any more. Used by the guest thread only.</summary>
internal sealed class OutboundCall : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly OutboundBody? _body;
    private PipeInputStream? _stream;
    private bool _isClosed;

    /// <summary>Begins to send.</summary>
    public OutboundCall(IOutboundHttp http, OutboundRequest request, OutboundBody? body)
    {
        _body = body;
        Response = http.SendAsync(request, _cancel.Token);
    }

    /// <summary>Ends with the response head, or fails with <see cref="OutboundException"/>.</summary>
    public Task<OutboundResponse> Response { get; }

    /// <summary>Trailers of the response; empty while its body wasn't read to its end.</summary>
    public IReadOnlyList<HeaderField> Trailers => _stream is { HasEnded: true } ? Response.Result.Trailers : [];

    /// <summary>The response's body as a stream; called once.</summary>
    public InputStream OpenBody() => _stream = new PipeInputStream(Response.Result.Body);

    /// <summary>Gives up what is still under way and frees the connection. Waits for nothing but a read that is being cancelled.</summary>
    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _cancel.Cancel();
        _body?.Abort();
        _stream?.Close();
        Response.ContinueWith(
            static (task, cancel) =>
            {
                if (task.IsCompletedSuccessfully)
                {
                    task.Result.Dispose();
                }

                // A failure that nobody asks for any more is observed here.
                _ = task.Exception;
                ((CancellationTokenSource)cancel!).Dispose();
            },
            _cancel,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
