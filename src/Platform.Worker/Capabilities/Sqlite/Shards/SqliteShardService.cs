using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Backups;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>The databases of this process, for workers: a call is a guest's connection. Told to stop, it ends connections between their statements, and those with an open transaction once that has ended.</summary>
internal sealed class SqliteShardService(LocalSqliteHost host, SqliteShardOptions options, IHostApplicationLifetime lifetime) : SqliteShard.SqliteShardBase
{
    /// <summary>Says in the trailers of a call that what was sent last hasn't begun: another may run it.</summary>
    public const string Unstarted = "platform-internal-unstarted";

    public override async Task Connect(IAsyncStreamReader<Request> requestStream, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.Open is not { } name)
        {
            throw Refused(StatusCode.InvalidArgument, "the first message names the database");
        }

        if (name.Shard != options.Shard)
        {
            throw Refused(
                StatusCode.FailedPrecondition,
                string.Create(CultureInfo.InvariantCulture, $"this process is shard {options.Shard}, not {name.Shard}: Platform:SqliteUrls names the shards in their order, the same everywhere"));
        }

        if (!AppDatabases.IsLabel(name.Label))
        {
            throw Refused(StatusCode.InvalidArgument, "that is no database's label");
        }

        using var connection = host.Connect(name.App, name.Label);

        // A worker that is gone takes its statement along.
        await using var gone = context.CancellationToken.Register(connection.Dispose);
        while (await NextAsync(connection, requestStream, context.CancellationToken))
        {
            if (requestStream.Current.Statement is not { } statement)
            {
                throw Refused(StatusCode.InvalidArgument, "a connection has one database");
            }

            await responseStream.WriteAsync(await AnswerAsync(connection, statement), context.CancellationToken);
        }
    }

    public override Task<Removed> Remove(AppNumber request, ServerCallContext context)
    {
        host.Remove(request.App);
        return Task.FromResult(new Removed());
    }

    private async Task<bool> NextAsync(LocalSqliteConnection connection, IAsyncStreamReader<Request> requests, CancellationToken gone)
    {
        if (connection.IsInTransaction)
        {
            return await requests.MoveNext(gone);
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        try
        {
            return await requests.MoveNext(end.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the shard stops"), new Metadata { { Unstarted, "1" } });
        }
    }

    private static async Task<Answer> AnswerAsync(LocalSqliteConnection connection, Statement statement)
    {
        var answer = new Answer();
        try
        {
            answer.Rows = ShardMessages.Write(await connection.ExecuteAsync(statement.Text, [.. statement.Parameters.Select(ShardMessages.Read)]));
        }
        catch (CapabilityException e)
        {
            answer.Failure = new Failure { Message = e.Message, Full = e.Failure == CapabilityFailure.Full };
        }

        answer.LastInsertRowId = connection.LastInsertRowId;
        answer.Changes = connection.Changes;
        return answer;
    }

    private static RpcException Refused(StatusCode status, string message) => new(new Status(status, message));
}
