using System.Text.RegularExpressions;

namespace Platform.Contracts.Messages;

/// <summary>Names of channels.</summary>
public static partial class ChannelName
{
    /// <summary>Characters of a channel of a tenant's own Redis.</summary>
    public const int MaxLengthElsewhere = 256;

    /// <summary>What names of the platform's channels may have, for messages.</summary>
    public const string Rule = "1 to 128 letters, digits, '.', '_', ':' and '-'";

    /// <summary>Whether a text can name a channel of the platform, where it is a part of URLs.</summary>
    public static bool IsValid(string text) => text is not null && Name().IsMatch(text);

    /// <summary>Whether a text can name a channel of a tenant's own Redis.</summary>
    public static bool IsValidElsewhere(string text) => text is { Length: > 0 and <= MaxLengthElsewhere };

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
