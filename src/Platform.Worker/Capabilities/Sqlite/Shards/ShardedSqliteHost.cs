using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>Databases in processes of the role <c>sqlite</c>: each app's in one of them, which the store assigned it when it was made.</summary>
internal sealed class ShardedSqliteHost : ISqliteHost, IDisposable
{
    private static readonly TimeSpan RemoveTimeout = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<GrpcChannel> _shards;
    private readonly TimeProvider _time;

    /// <param name="urls">The shards' internal listeners, in the order of their numbers.</param>
    /// <param name="http">Sends calls within the cluster.</param>
    /// <param name="time">The clock.</param>
    public ShardedSqliteHost(IReadOnlyList<Uri> urls, HttpMessageInvoker http, TimeProvider time)
    {
        _time = time;

        // Sizes are bounded where they arise: a statement by its guest's memory, a result by the shard.
        _shards = [.. urls.Select(url => GrpcChannel.ForAddress(
            url, new GrpcChannelOptions { HttpHandler = new SharedHandler(http), MaxReceiveMessageSize = null, MaxSendMessageSize = null }))];
    }

    public ISqliteConnection Connect(long app, int shard, string label) => shard < _shards.Count
        ? new ShardConnection(new SqliteShard.SqliteShardClient(_shards[shard]), new DatabaseName { App = app, Label = label, Shard = shard }, _time)
        : throw new CapabilityException(
            string.Create(CultureInfo.InvariantCulture, $"the app's databases are in shard {shard}, which this worker doesn't know (Platform:SqliteUrls)"), failure: CapabilityFailure.Connection);

    /// <summary>Asks every shard: it is done when all have.</summary>
    public Task RemoveAsync(long app, CancellationToken cancellationToken) => Task.WhenAll(_shards.Select(async shard =>
    {
        try
        {
            await new SqliteShard.SqliteShardClient(shard).RemoveAsync(
                new AppNumber { App = app }, deadline: DateTime.UtcNow + RemoveTimeout, cancellationToken: cancellationToken);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{shard.Target} can't remove the app's databases ({e.Status.Detail})", e);
        }
    }));

    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
    }

    // Of a handler that it knows the client would replace how connections are made, for all that use it.
    private sealed class SharedHandler(HttpMessageInvoker http) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => http.SendAsync(request, cancellationToken);
    }
}
