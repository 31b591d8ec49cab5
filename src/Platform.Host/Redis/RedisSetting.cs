using Platform.Host.Startup;
using StackExchange.Redis;

namespace Platform.Host.Redis;

/// <summary>The settings <c>ConnectionStrings:Redis</c> and <c>Platform:KeyValue</c>.</summary>
internal static class RedisSetting
{
    /// <summary>The connection string; null when none is set, and Garnet in this process takes its place.</summary>
    /// <exception cref="StartupException">It can't be read. The message has nothing of it: there may be a password at any place.</exception>
    public static string? Find(IConfiguration configuration) => Read("ConnectionStrings:Redis", configuration.GetConnectionString("Redis"));

    /// <summary>The connection string of the server that has apps' key-value data: its own setting, else <see cref="Find"/>.</summary>
    /// <exception cref="StartupException">As <see cref="Find"/>.</exception>
    public static string? FindKeyValue(IConfiguration configuration) => Read("Platform:KeyValue", configuration["Platform:KeyValue"]) ?? Find(configuration);

    private static string? Read(string name, string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            return null;
        }

        // To StackExchange.Redis whatever has no '=' is a server, whose name it tells in messages: the rest of a password behind a comma, and a whole redis://user:password@host.
        var parts = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var servers = parts.TakeWhile(static part => !part.Contains('=', StringComparison.Ordinal)).ToList();
        if (servers.Count == 0 || servers.Exists(static server => !IsServer(server)))
        {
            throw Refused(name, "it doesn't begin with a server");
        }

        if (parts.Skip(servers.Count).Any(static part => !part.Contains('=', StringComparison.Ordinal)))
        {
            throw Refused(name, "something that is no option comes after the options; a password can't have a comma");
        }

        try
        {
            ConfigurationOptions.Parse(given);
            return given;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw Refused(name, "it has an option that StackExchange.Redis doesn't know, or a value that it doesn't take");
        }
    }

    // A path of a Unix socket, or a name or address with a port.
    private static bool IsServer(string text) => text.StartsWith('!') || !text.Any(static character => character is '@' or '/' or '?' || char.IsWhiteSpace(character));

    private static StartupException Refused(string name, string reason) => new($"{name} is not a connection string: {reason}. Write HOST:PORT,password=PASSWORD, as StackExchange.Redis takes it");
}
