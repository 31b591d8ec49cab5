using Grpc.Core;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>One guest's connection to a database in a shard: a call that its first statement opens. Lost with a statement or a transaction it stays lost; ended between them, as a shard does that stops, it is opened anew.</summary>
internal sealed class ShardConnection(SqliteShard.SqliteShardClient shard, DatabaseName name, TimeProvider time) : ISqliteConnection
{
    // A shard that restarts is back in a few seconds; what hasn't begun may wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private AsyncDuplexStreamingCall<Request, Answer>? _call;
    private bool _isLost;

    // The next answer is always awaited, so that the call's end is known with its reason as soon as it is there.
    private Task<bool>? _next;

    public long LastInsertRowId { get; private set; }

    public long Changes { get; private set; }

    public async Task<SqliteRows> ExecuteAsync(string statement, IReadOnlyList<object?> parameters)
    {
        await _turn.WaitAsync(_closing.Token);
        try
        {
            var answer = await CallAsync(new Request { Statement = ShardMessages.Write(statement, parameters) });
            LastInsertRowId = answer.LastInsertRowId;
            Changes = answer.Changes;
            return answer.Failure is { } failure
                ? throw new CapabilityException(failure.Message, failure: failure.Full ? CapabilityFailure.Full : CapabilityFailure.Other)
                : ShardMessages.Read(answer.Rows);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        if (_turn.Wait(0))
        {
            _call?.Dispose();
            return;
        }

        // A statement is being stopped.
        _turn.WaitAsync().ContinueWith(_ => _call?.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task<Answer> CallAsync(Request request)
    {
        if (_isLost)
        {
            throw new CapabilityException("the connection to the database was lost; open a new one", failure: CapabilityFailure.Connection);
        }

        var since = time.GetTimestamp();
        while (true)
        {
            var isFirst = _call is null;
            try
            {
                _call ??= shard.Connect(cancellationToken: _closing.Token);
                if (isFirst)
                {
                    await _call.RequestStream.WriteAsync(new Request { Open = name });
                    _next = _call.ResponseStream.MoveNext(CancellationToken.None);
                }

                if (!_next!.IsCompleted)
                {
                    await _call.RequestStream.WriteAsync(request);
                }

                var answer = await _next ? _call.ResponseStream.Current : throw Lost("the shard ended it", null);
                _next = _call.ResponseStream.MoveNext(CancellationToken.None);
                return answer;
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or HttpRequestException && !_closing.IsCancellationRequested)
            {
                // A write into a call that has failed says only that it has: the call's status says why.
                var reason = await StatusAsync() ?? e as RpcException;
                _call?.Dispose();
                if (!((isFirst && IsUnreached(reason)) || IsUnstarted(reason)) || time.GetElapsedTime(since) > Patience)
                {
                    throw Lost(reason?.Status.Detail ?? e.Message, e);
                }

                (_call, _next) = (null, null);
                await Task.Delay(Pause, time, _closing.Token);
            }
        }
    }

    private async Task<RpcException?> StatusAsync()
    {
        try
        {
            await (_next ?? _call!.ResponseStream.MoveNext(_closing.Token));
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    private CapabilityException Lost(string reason, Exception? inner)
    {
        _isLost = true;
        return new CapabilityException($"the database can't be reached ({reason})", inner, CapabilityFailure.Connection);
    }

    private static bool IsUnstarted(RpcException? exception) => exception?.Trailers.Get(SqliteShardService.Unstarted) is not null;

    // Nothing can have run where no connection was made.
    private static bool IsUnreached(RpcException? exception) => exception?.Status.DebugException is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };
}
