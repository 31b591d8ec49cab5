using Microsoft.AspNetCore.Http;

namespace Platform.Gateway.Forwarding;

/// <summary>Headers that only the platform may say to a guest, and that clients try anyway.</summary>
internal static class ClientHeaders
{
    /// <summary>
    /// Takes away Spin's and the platform's own, and what a proxy would say of the client (the platform stands first; what a proxy before it said has been
    /// read and turned into scheme and address by then). Also in spellings that CGI's variables don't tell apart: <c>_</c> for <c>-</c>.
    /// </summary>
    public static void Strip(IHeaderDictionary headers)
    {
        List<string>? stripped = null;
        foreach (var (name, _) in headers)
        {
            if (IsReserved(name))
            {
                (stripped ??= []).Add(name);
            }
        }

        for (var i = 0; i < stripped?.Count; i++)
        {
            headers.Remove(stripped[i]);
        }
    }

    private static bool IsReserved(string name)
    {
        if (name.Length < "spin-".Length)
        {
            return false;
        }

        return (name[0] | 0x20) switch
        {
            's' => StartsWith(name, "spin-"),
            'p' => StartsWith(name, "platform-"),
            'x' => StartsWith(name, "x-forwarded-") || StartsWith(name, "x-original-") || Is(name, "x-real-ip"),
            'f' => Is(name, "forwarded"),
            _ => false,
        };
    }

    private static bool Is(string name, string reserved) => name.Length == reserved.Length && StartsWith(name, reserved);

    private static bool StartsWith(string name, string prefix)
    {
        if (name.Length < prefix.Length)
        {
            return false;
        }

        for (var i = 0; i < prefix.Length; i++)
        {
            var c = name[i] == '_' ? '-' : char.ToLowerInvariant(name[i]);
            if (c != prefix[i])
            {
                return false;
            }
        }

        return true;
    }
}
