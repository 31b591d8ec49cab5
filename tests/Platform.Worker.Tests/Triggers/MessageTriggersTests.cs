using System.Collections.Immutable;
using System.Text;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Redis.Messages;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.Worker.Tests.Triggers;

/// <summary>Who is subscribed, of several workers on one real Redis.</summary>
public sealed class MessageTriggersTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly CurrentSnapshot _snapshots = new();
    private RedisServer _redis = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        Deploy(1, new RedisTriggerDocument("orders", "one"), new RedisTriggerDocument("orders", "two"), new RedisTriggerDocument("other", "one"));
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Message_WithSeveralWorkers_RunsEachComponentOnce()
    {
        await using var first = Worker("first");
        await using var second = Worker("second");
        await WaitForSubscriptionAsync(first);
        for (var i = 0; i < 50; i++)
        {
            await PublishAsync(first, "orders", $"{i}");
        }

        await WaitAsync(() => first.Handled.Count + second.Handled.Count >= 100);
        var holder = first.Handled.IsEmpty ? second : first;
        Assert.Equal(
            Enumerable.Range(0, 50).SelectMany(static i => (string[])[$"shop/1/one: {i}", $"shop/1/two: {i}"]).Order(StringComparer.Ordinal),
            holder.Handled.Order(StringComparer.Ordinal));
        Assert.True(first.Handled.IsEmpty || second.Handled.IsEmpty);
    }

    [Fact]
    public async Task Worker_ThatStops_HandsOverAndEndsWhatItHas()
    {
        var release = new TaskCompletionSource();
        await using var first = Worker("first", async (_, _) =>
        {
            await release.Task;
            return InvocationStatus.Guest;
        });
        await WaitForSubscriptionAsync(first);
        await PublishAsync(first, "other", "before");
        await WaitAsync(() => !first.Handled.IsEmpty);
        await using var second = Worker("second");
        var stopping = first.StopAsync();
        await WaitForHandoverAsync(second);
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping;

        // Until it has unsubscribed it takes messages, and each that it took has ended well.
        Assert.Equal("shop/1/one: before", first.Handled.First());
        await WaitAsync(async () => (await second.Board.GetCountsAsync(1)).Values.Sum(static count => count.Handled) == first.Handled.Count + second.Handled.Count);
    }

    [Fact]
    public async Task Worker_ThatIsCutOff_IsReplacedOnceItsLeaseIsOver()
    {
        await using var first = await WorkerWithAUserAsync("first");
        await WaitForSubscriptionAsync(first);
        await using var second = Worker("second");
        await CutOffAsync("first", second);
        await WaitForHandoverAsync(second);
        Assert.Empty(first.Handled);
    }

    [Fact]
    public async Task Worker_OfTheSameId_TakesOverAtOnce()
    {
        await using var first = await WorkerWithAUserAsync("embedded");
        await WaitForSubscriptionAsync(first);
        await using var second = Worker("embedded");
        await CutOffAsync("embedded", second);
        Assert.True(await second.Board.TryLeaseAsync(1, "embedded", TimeSpan.FromSeconds(10)));
        Assert.False(await second.Board.TryLeaseAsync(1, "another", TimeSpan.FromSeconds(10)));
        await WaitForHandoverAsync(second);
    }

    [Fact]
    public async Task Deploy_WhileMessagesCome_MovesThemToTheNewVersion()
    {
        await using var worker = Worker("only");
        await WaitForSubscriptionAsync(worker);
        await PublishAsync(worker, "other", "a");
        await WaitAsync(() => worker.Handled.Count == 1);
        Deploy(2, new RedisTriggerDocument("other", "new"));
        await PublishAsync(worker, "other", "b");
        await WaitAsync(() => worker.Handled.Count == 2);
        Assert.Equal(["shop/1/one: a", "shop/2/new: b"], worker.Handled);
    }

    [Fact]
    public async Task Message_WithNoRoom_IsTriedAgain()
    {
        var tries = 0;
        await using var worker = Worker("only", (_, _) => ValueTask.FromResult(
            Interlocked.Increment(ref tries) switch { 1 => InvocationStatus.TenantConcurrency, 2 => InvocationStatus.Capacity, _ => InvocationStatus.Guest }));
        await WaitForSubscriptionAsync(worker);
        await PublishAsync(worker, "other", "a");
        await WaitAsync(() => worker.Handled.Count == 3);
        await worker.StopAsync();
        await using var reader = Worker("reader");
        Assert.Equal(new TriggerCounts(1, 0, 0), (await reader.Board.GetCountsAsync(1))[TriggerKey.Of(new RedisTriggerDocument("other", "one"))]);
    }

    [Fact]
    public async Task Worker_WhoseDrainTimeIsOver_StopsItsHandlersAndSaysWhatItDropped()
    {
        await using var worker = Worker("only", static async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return InvocationStatus.ClientGone;
        });
        await WaitForSubscriptionAsync(worker);
        for (var i = 0; i < 6; i++)
        {
            await PublishAsync(worker, "other", $"{i}");
        }

        await WaitAsync(() => worker.Handled.Count == 4);
        await worker.StopAsync(TimeSpan.FromMilliseconds(50));
        await using var reader = Worker("reader");
        Assert.Equal(new TriggerCounts(0, 4, 2), (await reader.Board.GetCountsAsync(1))[TriggerKey.Of(new RedisTriggerDocument("other", "one"))]);
        Assert.Equal(["message of other dropped: the worker stopped", "message of other dropped: the worker stopped"], worker.Logs.Records.Select(static line => line.Text));
    }

    [Fact]
    public async Task App_ThatIsDeleted_IsForgotten()
    {
        await using var worker = Worker("only");
        await WaitForSubscriptionAsync(worker);
        await PublishAsync(worker, "other", "a");
        await WaitAsync(async () => (await worker.Board.GetCountsAsync(1)).Count == 1);
        _snapshots.Current = PlatformSnapshot.Empty;
        await WaitAsync(async () => (await worker.Board.GetCountsAsync(1)).Count == 0 && (await worker.Board.GetStatesAsync(1)).Count == 0);
        Assert.True(await worker.Board.TryLeaseAsync(1, "another", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Channel_OfAVariableWhoseValueChanges_IsFollowedWithoutADeploy()
    {
        var trigger = new RedisTriggerDocument("orders-{{ stage }}", "one");
        await using var worker = Worker("only");
        Configure(trigger, 1, "planted secret");
        await WaitForStateAsync(worker, trigger, static state => state.Reason is not null);
        var refused = (await worker.Board.GetStatesAsync(1))[TriggerKey.Of(trigger)];
        Assert.Contains("can't be a channel of the platform", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", refused.Reason, StringComparison.Ordinal);

        Configure(trigger, 2, "test");
        await WaitForStateAsync(worker, trigger, static state => state.IsSubscribed);
        await PublishAsync(worker, "orders-test", "a");
        await WaitAsync(() => worker.Handled.Count == 1);
        Configure(trigger, 3, "live");
        await WaitAsync(async () =>
        {
            await PublishAsync(worker, "orders-live", "b");
            return worker.Handled.Count > 1;
        });
        await PublishAsync(worker, "orders-test", "late");
        await PublishAsync(worker, "orders-live", "last");

        await WaitAsync(() => worker.Handled.Last() == "shop/1/one: last");
        Assert.Equal("shop/1/one: a", worker.Handled.First());
        Assert.DoesNotContain("shop/1/one: late", worker.Handled);
    }

    private TriggerWorker Worker(string id, Func<string, CancellationToken, ValueTask<InvocationStatus>>? handler = null) =>
        new(_redis.ConnectionString, _snapshots, id, handler);

    // A worker that signs in as a user of its own.
    private async Task<TriggerWorker> WorkerWithAUserAsync(string id)
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", id, "on", ">pass", "~*", "&*", "+@all");
        return new TriggerWorker($"127.0.0.1:{_redis.Port},user={id},password=pass", _snapshots, id);
    }

    // Its user is gone, and its connections with it: it can neither renew its lease nor give it back.
    private static async Task CutOffAsync(string id, TriggerWorker by) =>
        Assert.Equal(1, (int)await (await by.Redis.ConnectAsync()).GetDatabase().ExecuteAsync("ACL", "DELUSER", id));

    private void Deploy(int number, params RedisTriggerDocument[] triggers)
    {
        var version = new VersionDocument { Components = [], Routes = [], RedisTriggers = triggers };
        var versions = ImmutableDictionary<int, VersionDocument>.Empty.Add(number, version);
        _snapshots.Current = new PlatformSnapshot(
            number, ImmutableDictionary<AppKey, AppSnapshot>.Empty.Add(new AppKey("acme", "shop"), new AppSnapshot(1, "acme", "shop", number, versions)));
    }

    // A version whose variable has no default, and the value that is set for it.
    private void Configure(RedisTriggerDocument trigger, long revision, string stage)
    {
        var version = new VersionDocument
        {
            Components = [],
            Routes = [],
            RedisTriggers = [trigger],
            Variables = new Dictionary<string, VariableDocument> { ["stage"] = new(null, IsSecret: false) },
        };
        var app = new AppSnapshot(1, "acme", "shop", 1, ImmutableDictionary<int, VersionDocument>.Empty.Add(1, version))
        {
            Configuration = new AppConfiguration(revision, ImmutableDictionary<string, string>.Empty.Add("stage", stage), new LimitsDocument()),
        };
        _snapshots.Current = new PlatformSnapshot(revision + 1, ImmutableDictionary<AppKey, AppSnapshot>.Empty.Add(new AppKey("acme", "shop"), app));
    }

    private static Task WaitForStateAsync(TriggerWorker worker, RedisTriggerDocument trigger, Func<TriggerState, bool> condition) =>
        WaitAsync(async () => await worker.Board.GetStatesAsync(1) is var states && states.TryGetValue(TriggerKey.Of(trigger), out var state) && condition(state));

    private static Task PublishAsync(TriggerWorker by, string channel, string message) =>
        MessageChannels.PublishAsync(by.Redis, "acme", channel, Encoding.UTF8.GetBytes(message));

    private static Task WaitForSubscriptionAsync(TriggerWorker worker) =>
        WaitAsync(async () => await worker.Board.GetStatesAsync(1) is { Count: 3 } states && states.Values.All(static state => state.IsSubscribed));

    // Messages until one has come.
    private static Task WaitForHandoverAsync(TriggerWorker worker) => WaitAsync(async () =>
    {
        await PublishAsync(worker, "other", "anybody?");
        return !worker.Handled.IsEmpty;
    });

    private static Task WaitAsync(Func<bool> condition) => WaitAsync(() => Task.FromResult(condition()));

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
