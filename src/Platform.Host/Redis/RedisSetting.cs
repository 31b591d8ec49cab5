using Platform.Host.Startup;
using StackExchange.Redis;

namespace Platform.Host.Redis;

/// <summary>The setting <c>ConnectionStrings:Redis</c>.</summary>
internal static class RedisSetting
{
    /// <summary>The connection string; null when none is set, and Garnet in this process takes its place.</summary>
    /// <exception cref="StartupException">It can't be read. The message has nothing of it: there may be a password at any place.</exception>
    public static string? Find(IConfiguration configuration)
    {
        var given = configuration.GetConnectionString("Redis");
        if (string.IsNullOrWhiteSpace(given))
        {
            return null;
        }

        // To StackExchange.Redis whatever has no '=' is a server, whose name it tells in messages: the rest of a password behind a comma, and a whole redis://user:password@host.
        var parts = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var servers = parts.TakeWhile(static part => !part.Contains('=', StringComparison.Ordinal)).ToList();
        if (servers.Count == 0 || servers.Exists(static server => !IsServer(server)))
        {
            throw Refused("it doesn't begin with a server");
        }

        if (parts.Skip(servers.Count).Any(static part => !part.Contains('=', StringComparison.Ordinal)))
        {
            throw Refused("something that is no option comes after the options; a password can't have a comma");
        }

        try
        {
            ConfigurationOptions.Parse(given);
            return given;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw Refused("it has an option that StackExchange.Redis doesn't know, or a value that it doesn't take");
        }
    }

    // A path of a Unix socket, or a name or address with a port.
    private static bool IsServer(string text) => text.StartsWith('!') || !text.Any(static character => character is '@' or '/' or '?' || char.IsWhiteSpace(character));

    private static StartupException Refused(string reason) => new($"ConnectionStrings:Redis is not a connection string: {reason}. Write HOST:PORT,password=PASSWORD, as StackExchange.Redis takes it");
}
