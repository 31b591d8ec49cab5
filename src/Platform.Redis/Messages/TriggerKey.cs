using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Versions;

namespace Platform.Redis.Messages;

/// <summary>Names a Redis trigger of an app over its versions. Has nothing of the address' password.</summary>
public static class TriggerKey
{
    /// <summary>The name: 32 hex digits.</summary>
    public static string Of(RedisTriggerDocument trigger)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        var text = $"{trigger.Component}\n{trigger.Channel}\n{trigger.Address}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
