using StackExchange.Redis;

namespace Platform.Redis.Messages;

/// <summary>Tenants' channels on the platform's Redis: a namespace each.</summary>
public static class MessageChannels
{
    /// <summary>The bytes of a message at most: what a value of the key-value store has (design section 6).</summary>
    public const int MaxMessageBytes = 1 << 20;

    /// <summary>The Redis channel of a tenant's channel.</summary>
    /// <param name="tenant">The tenant's slug, which has no colon.</param>
    /// <param name="channel">A <see cref="Contracts.Messages.ChannelName"/>.</param>
    public static string NameOf(string tenant, string channel) => $"platform:messages:{tenant}:{channel}";

    /// <summary>Publishes to those who are subscribed now; nobody else will ever get it.</summary>
    /// <exception cref="RedisException">The server can't be reached or refuses it.</exception>
    /// <exception cref="RedisTimeoutException">The server doesn't answer.</exception>
    public static async Task PublishAsync(PlatformRedis server, string tenant, string channel, ReadOnlyMemory<byte> message)
    {
        ArgumentNullException.ThrowIfNull(server);
        var connected = await server.ConnectAsync();
        await connected.GetSubscriber().PublishAsync(RedisChannel.Literal(NameOf(tenant, channel)), message);
    }
}
